-- Takes out the alerts that nobody has seen for a while: each is answered to one asker.
-- KEYS  1 kiosk:alerts
-- ARGV  1 milliseconds
-- Result: {'cleared', alert, ...} | {'unfit', text}

local refusal = unfit(KEYS[1], 'hash')
if refusal then return refusal end
local now, answer = now_ms(), {'cleared'}
local alerts = redis.call('HGETALL', KEYS[1])
for i = 1, #alerts, 2 do
  local seen, owner = string.match(alerts[i + 1], '^(%d+) (.*)$')
  seen = tonumber(seen or 0)
  if seen > now then
    -- The clock was set back since.
    redis.call('HSET', KEYS[1], alerts[i], string.format('%.0f ', now) .. owner)
  elseif now - seen >= tonumber(ARGV[1]) then
    redis.call('HDEL', KEYS[1], alerts[i])
    answer[#answer + 1] = alerts[i]
  end
end
return answer
