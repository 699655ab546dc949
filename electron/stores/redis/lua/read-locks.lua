-- Reads the open locks, oldest first, with this server's clock.
-- KEYS  1 kiosk:locks  2 kiosk:lock-of
-- ARGV  1 locks at most
-- Result: {'read', now (epoch ms), {key, {field, value, ...}, 1 or 0: every index entry of it leads to it}, ...} | {'unfit', text}
--         A key without a lock has an empty list; one that is no hash has its type instead.

local refusal = unfit(KEYS[1], 'zset', KEYS[2], 'hash')
if refusal then return refusal end
local limit = tonumber(ARGV[1])
local answer = {'read', string.format('%.0f', now_ms())}
if limit <= 0 then return answer end

-- Ending a lock goes by its index: one whose fields were changed would end as another visitor's, or never.
local function is_indexed(key)
  local lock = redis.call('HMGET', key, 'operationId', 'boothId', 'userId', 'waitingId', 'score')
  for i = 1, 5 do if not lock[i] then return false end end
  local fields = {'op:' .. lock[1], lock[4] == '' and place_field(lock[2], lock[3]) or 'visit:' .. lock[4]}
  if lock[5] ~= '' then
    if not tonumber(lock[5]) then return false end
    fields[3] = ticket_field(lock[2], lock[3], lock[5])
  end
  for _, field in ipairs(fields) do
    if redis.call('HGET', LOCK_OF, field) ~= key then return false end
  end
  return true
end

for _, key in ipairs(redis.call('ZRANGE', KEYS[1], 0, limit - 1)) do
  local kind = redis.call('TYPE', key).ok
  if kind == 'hash' then
    answer[#answer + 1] = {key, redis.call('HGETALL', key), is_indexed(key) and 1 or 0}
  else
    answer[#answer + 1] = {key, kind == 'none' and {} or kind, 0}
  end
end
return answer
