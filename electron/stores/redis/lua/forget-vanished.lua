-- Takes locks that another program deleted out of the index, so that they are not counted for ever.
-- KEYS  1 kiosk:locks  2 kiosk:lock-of
-- ARGV  the lock keys
-- Result: {'forgotten', how many} | {'unfit', text}

local refusal = unfit(KEYS[1], 'zset', KEYS[2], 'hash')
if refusal then return refusal end
local count, vanished = 0, {}
for _, key in ipairs(ARGV) do
  if redis.call('EXISTS', key) == 0 then
    vanished[key] = true
    count = count + redis.call('ZREM', KEYS[1], key)
  end
end
local index = redis.call('HGETALL', KEYS[2])
for i = 1, #index, 2 do
  if vanished[index[i + 1]] then redis.call('HDEL', KEYS[2], index[i]) end
end
return {'forgotten', count}
