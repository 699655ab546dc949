-- Puts tickets back into a queue that lost them, at their own score; beside another registration of the visitor the earlier one stands. A later
-- one that is put back is not remembered: as the ledger's copy has it, it ends with a call by the other. Whoever is inside a lock that
-- stands for their place is left to that lock: they would be there twice. One on a visit keeps nobody out: a ticket that waits by the ledger is
-- not that visit's any more, whatever an old screen taps. Who is set aside waits for a supervisor.
-- KEYS  1 kiosk:lock-of  2 kiosk:version  3 kiosk:merged, then for each ticket: queue:booth:{boothId}, user:{userId}:active_booths,
--       kiosk:quarantine:{boothId}
-- ARGV  for each ticket: boothId, userId, score
-- Result: {'refilled', how many queue entries changed} | {'unfit', text}

local refusal = unfit(KEYS[1], 'hash', KEYS[2], 'hash')
for i = 4, #KEYS, 3 do refusal = refusal or unfit(KEYS[i], 'zset', KEYS[i + 2], 'hash') end
if refusal then return refusal end

local changed, touched = 0, {}
for i = 1, #ARGV, 3 do
  local booth, user, score = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local queue, active, quarantine = KEYS[i + 3], KEYS[i + 4], KEYS[i + 5]
  if not held(place_field(booth, user)) and not redis.call('HGET', quarantine, user) then
    if not touched[booth] then bump(booth) end
    touched[booth] = true
    local standing = redis.call('ZSCORE', queue, user)
    if not standing or tonumber(standing) > tonumber(score) then changed = changed + enqueue(queue, booth, user, score) end
    if is_fit(active, 'set') then redis.call('SADD', active, booth) end
  end
end
for booth in pairs(touched) do announce(booth) end
return {'refilled', changed}
