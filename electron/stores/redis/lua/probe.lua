-- Tries every command and every kind of key the other steps write, without changing anything: a missing permission
-- must be found before a visitor is half moved, not in the middle of it.
-- KEYS  1 queue:booth:0  2 user:0:active_booths  3 booth:0:current  4 a lock  5 kiosk:probe
-- ARGV  none
-- Result: {'fit'} | {'unfit', text}

local attempts = {
  {'ZREM', KEYS[1], ''}, {'SREM', KEYS[2], ''}, {'DEL', KEYS[3]}, {'HDEL', KEYS[4], ''},
  {'ZADD', KEYS[5], 1, 'a'}, {'ZCARD', KEYS[5]}, {'ZCOUNT', KEYS[5], '-inf', '+inf'}, {'ZRANK', KEYS[5], 'a'},
  {'ZSCORE', KEYS[5], 'a'}, {'ZRANGE', KEYS[5], 0, 0, 'WITHSCORES'}, {'DEL', KEYS[5]},
  {'SADD', KEYS[5], 'a'}, {'SCARD', KEYS[5]}, {'SISMEMBER', KEYS[5], 'a'}, {'SMEMBERS', KEYS[5]}, {'DEL', KEYS[5]},
  {'HSET', KEYS[5], 'a', 'b'}, {'HGET', KEYS[5], 'a'}, {'HMGET', KEYS[5], 'a'}, {'HGETALL', KEYS[5]},
  {'HINCRBY', KEYS[5], 'c', 1}, {'DEL', KEYS[5]},
  {'SET', KEYS[5], '1', 'EX', 1}, {'GET', KEYS[5]}, {'INCRBY', KEYS[5], 1}, {'EXISTS', KEYS[5]}, {'TYPE', KEYS[5]},
  {'DEL', KEYS[5]}, {'TIME'},
}
for _, attempt in ipairs(attempts) do
  local answer = redis.pcall(unpack(attempt))
  if type(answer) == 'table' and answer.err then
    redis.pcall('DEL', KEYS[5])
    return {'unfit', attempt[1] .. ': ' .. answer.err}
  end
end
return {'fit'}
