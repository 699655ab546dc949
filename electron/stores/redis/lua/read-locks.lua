-- Reads the open locks, oldest first, with this server's clock.
-- KEYS  1 kiosk:locks
-- ARGV  1 locks at most
-- Result: {'read', now (epoch ms), {key, {field, value, ...}}, ...} | {'unfit', text}
--         A key without a lock has an empty list.

local refusal = unfit(KEYS[1], 'zset')
if refusal then return refusal end
local limit = tonumber(ARGV[1])
local answer = {'read', string.format('%.0f', now_ms())}
if limit <= 0 then return answer end
for _, key in ipairs(redis.call('ZRANGE', KEYS[1], 0, limit - 1)) do
  local fields = redis.pcall('HGETALL', key)
  if fields.err then fields = {'malformed', fields.err} end
  answer[#answer + 1] = {key, fields}
end
return answer
