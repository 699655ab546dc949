-- Gives a text for each booth that differs when its queue does: length, both ends, how often kiosks changed it, how many are set aside.
-- A booth whose records cannot be read does not hide the others.
-- KEYS  1 kiosk:version, then for each booth: queue:booth:{boothId}, kiosk:quarantine:{boothId}
-- ARGV  the booth ids
-- Result: {'read', text, ...} | {'unfit', text}

local refusal = unfit(KEYS[1], 'hash')
if refusal then return refusal end
local answer = {'read'}
for i, booth in ipairs(ARGV) do
  local queue, quarantine = KEYS[2 * i], KEYS[2 * i + 1]
  refusal = unfit(queue, 'zset', quarantine, 'hash')
  if refusal then
    answer[i + 1] = refusal[2]
  else
    local parts = {redis.call('ZCARD', queue), string.format('%.0f', version_of(booth)), redis.call('HLEN', quarantine)}
    for _, rank in ipairs({0, -1}) do
      for _, part in ipairs(redis.call('ZRANGE', queue, rank, rank, 'WITHSCORES')) do parts[#parts + 1] = part end
    end
    answer[i + 1] = table.concat(parts, ' ')
  end
end
return answer
