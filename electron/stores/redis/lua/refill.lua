-- Puts tickets back into a queue that lost them, at their own score; the earlier score wins. A ticket inside an open lock
-- is left to that lock: it would be there twice.
-- KEYS  1 kiosk:lock-of  2 kiosk:version, then for each ticket: queue:booth:{boothId}, user:{userId}:active_booths
-- ARGV  for each ticket: boothId, userId, score
-- Result: {'refilled', how many queue entries changed} | {'unfit', text}

local refusal = unfit(KEYS[1], 'hash', KEYS[2], 'hash')
for i = 3, #KEYS, 2 do refusal = refusal or unfit(KEYS[i], 'zset') end
if refusal then return refusal end

local changed, touched = 0, {}
for i = 1, #ARGV, 3 do
  local booth, user, score = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local slot = (i - 1) / 3 * 2 + 3
  if not held(place_field(booth, user)) and not held(ticket_field(booth, user, score)) then
    if not touched[booth] then bump(booth) end
    touched[booth] = true
    changed = changed + redis.call('ZADD', KEYS[slot], 'LT', 'CH', score, user)
    if is_fit(KEYS[slot + 1], 'set') then redis.call('SADD', KEYS[slot + 1], booth) end
  end
end
for booth in pairs(touched) do announce(booth) end
return {'refilled', changed}
