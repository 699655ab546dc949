-- Notes that alerts are seen now; those nobody had seen before are this process's to tell.
-- KEYS  1 kiosk:alerts
-- ARGV  1 owner, then the alerts
-- Result: {'new', alert, ...} | {'unfit', text}

local refusal = unfit(KEYS[1], 'hash')
if refusal then return refusal end
local seen = string.format('%.0f ', now_ms()) .. ARGV[1]
local answer = {'new'}
for i = 2, #ARGV do
  if redis.call('HSET', KEYS[1], ARGV[i], seen) == 1 then answer[#answer + 1] = ARGV[i] end
end
return answer
