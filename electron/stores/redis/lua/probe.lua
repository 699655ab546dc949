-- Tries every command and every kind of key the other steps write: a missing permission must be found before a visitor is half
-- moved, not in the middle of it. Nothing of it outlives the step: of the shared keys (of booth and user 0, whom nobody has) only
-- those that do not exist are tried, by removing what is not there; kiosk:probe is this step's own and is gone at its end.
-- KEYS  1 queue:booth:0  2 user:0:active_booths  3 booth:0:current  4 a lock  5 kiosk:probe  6 booth:0:meta  7 booth:ids
--       8 a lock of the backend's
-- ARGV  none
-- Result: {'fit'} | {'unfit', text}

local SHARED = {
  {'ZREM', KEYS[1], ''}, {'SREM', KEYS[2], ''}, {'DEL', KEYS[3]}, {'HDEL', KEYS[4], ''}, {'HDEL', KEYS[6], ''}, {'DEL', KEYS[8]},
}
local OWN = KEYS[5]

-- The answer to return when a command is refused, else nil.
local function refused(command)
  local answer = redis.pcall(unpack(command))
  if type(answer) ~= 'table' or not answer.err then return nil end
  return {'unfit', command[1] .. ': ' .. answer.err}
end

for _, command in ipairs(SHARED) do
  local refusal = refused({'EXISTS', command[2]})
  if not refusal and redis.call('EXISTS', command[2]) == 0 then refusal = refused(command) end
  if refusal then return refusal end
end

-- The one list of booths is there as a rule; booth 0 is not on it.
local refusal = refused({'TYPE', KEYS[7]})
if not refusal and is_fit(KEYS[7], 'set') then
  refusal = refused({'SISMEMBER', KEYS[7], '0'})
  if not refusal and redis.call('SISMEMBER', KEYS[7], '0') == 0 then refusal = refused({'SREM', KEYS[7], '0'}) end
end
if refusal then return refusal end

local attempts = {
  {'DEL', OWN}, {'ZADD', OWN, 1, 'a'}, {'ZCARD', OWN}, {'ZCOUNT', OWN, '-inf', '+inf'}, {'ZRANK', OWN, 'a'},
  {'ZSCORE', OWN, 'a'}, {'ZRANGE', OWN, 0, 0, 'WITHSCORES'}, {'ZREMRANGEBYSCORE', OWN, '-inf', '(0'}, {'DEL', OWN},
  {'SADD', OWN, 'a'}, {'SCARD', OWN}, {'SISMEMBER', OWN, 'a'}, {'SMEMBERS', OWN}, {'DEL', OWN},
  {'HSET', OWN, 'a', 'b'}, {'HGET', OWN, 'a'}, {'HMGET', OWN, 'a'}, {'HGETALL', OWN}, {'HLEN', OWN},
  {'HINCRBY', OWN, 'c', 1}, {'DEL', OWN},
  {'SET', OWN, '1', 'EX', 1}, {'GET', OWN}, {'INCRBY', OWN, 1}, {'TYPE', OWN},
  {'DEL', OWN}, {'TIME'},
}
for _, command in ipairs(attempts) do
  refusal = refused(command)
  if refusal then
    redis.pcall('DEL', OWN)
    return refusal
  end
end
return {'fit'}
