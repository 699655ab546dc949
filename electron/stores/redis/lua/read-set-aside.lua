-- Reads what was taken out of the way at some booths. A booth whose records cannot be read does not hide the others.
-- KEYS  for each booth: kiosk:quarantine:{boothId}
-- ARGV  1 entries at most for each booth
-- Result: {'read', {'read', {member, "score reason", ...}} or {'unfit', text}, ...}

local MOST = tonumber(ARGV[1])
local answer = {'read'}
for i, quarantine in ipairs(KEYS) do
  local refusal = unfit(quarantine, 'hash')
  if refusal then
    answer[i + 1] = refusal
  else
    local found, entries = redis.call('HGETALL', quarantine), {}
    for at = 1, math.min(#found, 2 * MOST) do entries[at] = found[at] end
    answer[i + 1] = {'read', entries}
  end
end
return answer
