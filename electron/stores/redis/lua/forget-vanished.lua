-- Takes locks that another program deleted out of the index, so that they are not counted for ever.
-- KEYS  1 kiosk:locks
-- ARGV  the lock keys
-- Result: {'forgotten', how many} | {'unfit', text}

local refusal = unfit(KEYS[1], 'zset')
if refusal then return refusal end
local count = 0
for _, key in ipairs(ARGV) do
  if redis.call('EXISTS', key) == 0 then count = count + redis.call('ZREM', KEYS[1], key) end
end
return {'forgotten', count}
