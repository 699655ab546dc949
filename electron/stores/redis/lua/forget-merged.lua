-- Forgets what was merged at a booth, once a pass has left only entries that are owed their place: only if nothing has changed there since.
-- Whoever is inside a lock was not looked at.
-- KEYS  1 kiosk:merged  2 kiosk:lock-of  3 kiosk:version
-- ARGV  1 boothId  2 the booth's version
-- Result: {'forgotten'} | {'changed'}, or there is no such memory | {'unfit', text}

local refusal = unfit(KEYS[2], 'hash', KEYS[3], 'hash')
if refusal then return refusal end
if not is_fit(MERGED, 'hash') or version_of(ARGV[1]) ~= tonumber(ARGV[2]) then return {'changed'} end
local merged = redis.call('HGETALL', MERGED)
for i = 1, #merged, 2 do
  local booth, user = string.match(merged[i], '^(%d+):(%d+)$')
  if booth == ARGV[1] and not held(place_field(booth, user)) then redis.call('HDEL', MERGED, merged[i]) end
end
return {'forgotten'}
