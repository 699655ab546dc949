-- Reads the open locks, oldest first, with this server's clock.
-- KEYS  1 kiosk:locks  2 kiosk:lock-of  3 kiosk:alive
-- ARGV  1 locks at most
-- Result: {'read', now (epoch ms), {key, {field, value, ...}, 1 or 0: every index entry of it leads to it, ms since its owner's last
--         heartbeat or ''}, ...} | {'unfit', text}
--         A key without a lock has an empty list; one that is no hash has its type instead.

local refusal = unfit(KEYS[1], 'zset', KEYS[2], 'hash', KEYS[3], 'zset')
if refusal then return refusal end
local limit, now = tonumber(ARGV[1]), now_ms()
local answer = {'read', string.format('%.0f', now)}
if limit <= 0 then return answer end

-- Ending a lock goes by its index: one whose fields were changed would end as another visitor's, or never.
local function is_indexed(key)
  local lock = redis.call('HMGET', key, 'operationId', 'boothId', 'userId', 'waitingId', 'score', 'returnScore')
  for i = 1, 5 do if not lock[i] then return false end end
  local returns = (lock[6] or '') ~= ''
  local fields = {'op:' .. lock[1]}
  if lock[4] ~= '' then fields[#fields + 1] = 'visit:' .. lock[4] end
  if lock[4] == '' or returns then fields[#fields + 1] = place_field(lock[2], lock[3]) end
  for _, score in ipairs({lock[5], returns and lock[6] or ''}) do
    if score ~= '' then
      if not tonumber(score) then return false end
      fields[#fields + 1] = ticket_field(lock[2], lock[3], score)
    end
  end
  for _, field in ipairs(fields) do
    if redis.call('HGET', LOCK_OF, field) ~= key then return false end
  end
  return true
end

-- Counted both ways: the clock may have been set back since.
local function silence_of(owner)
  local beat = owner and redis.call('ZSCORE', KEYS[3], owner)
  return beat and string.format('%.0f', math.abs(now - tonumber(beat))) or ''
end

for _, key in ipairs(redis.call('ZRANGE', KEYS[1], 0, limit - 1)) do
  local kind = redis.call('TYPE', key).ok
  if kind == 'hash' then
    answer[#answer + 1] = {key, redis.call('HGETALL', key), is_indexed(key) and 1 or 0, silence_of(redis.call('HGET', key, 'owner'))}
  else
    answer[#answer + 1] = {key, kind == 'none' and {} or kind, 0, ''}
  end
end
return answer
