-- Reads the counts of many booths in one instant. A booth whose records cannot be read does not hide the others.
-- KEYS  1 kiosk:version, then for each booth: booth:{boothId}:current, kiosk:open:{boothId}
-- ARGV  the booth ids
-- Result: {'read', {current or '', version, locks at work} or {'unfit', text}, ...} | {'unfit', text}

local refusal = unfit(KEYS[1], 'hash')
if refusal then return refusal end
local answer = {'read'}
for i, booth in ipairs(ARGV) do
  local current, open = KEYS[2 * i], KEYS[2 * i + 1]
  refusal = unfit(open, 'set')
  if refusal then
    answer[i + 1] = refusal
  else
    local count = read_current(current)
    answer[i + 1] = {count and string.format('%.0f', count) or '', string.format('%.0f', version_of(booth)), busy_count(open)}
  end
end
return answer
