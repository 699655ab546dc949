-- Reads the counts of many booths in one instant.
-- KEYS  1 kiosk:version, then for each booth: booth:{boothId}:current, kiosk:open:{boothId}
-- ARGV  the booth ids
-- Result: {'read', {current or '', version, open locks}, ...} | {'unfit', text}

local refusal = unfit(KEYS[1], 'hash')
if refusal then return refusal end
local answer = {'read'}
for i, booth in ipairs(ARGV) do
  refusal = unfit(KEYS[2 * i + 1], 'set')
  if refusal then return refusal end
  local current = read_current(KEYS[2 * i])
  answer[i + 1] = {current and string.format('%.0f', current) or '', redis.call('HGET', KEYS[1], booth) or '0', open_count(KEYS[2 * i + 1])}
end
return answer
