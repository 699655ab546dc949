-- Forgets what was merged at a booth, once a pass has found that every entry is still owed its place: only if nothing has changed there since,
-- and nobody is inside a lock.
-- KEYS  1 kiosk:merged  2 kiosk:open:{boothId}  3 kiosk:version
-- ARGV  1 boothId  2 the booth's version
-- Result: {'forgotten'} | {'changed'} | {'unfit', text}

local refusal = unfit(KEYS[2], 'set', KEYS[3], 'hash')
if refusal then return refusal end
if not is_fit(MERGED, 'hash') or open_count(KEYS[2]) > 0 or version_of(ARGV[1]) ~= tonumber(ARGV[2]) then return {'changed'} end
local merged = redis.call('HGETALL', MERGED)
for i = 1, #merged, 2 do
  if string.match(merged[i], '^(%d+):') == ARGV[1] then redis.call('HDEL', MERGED, merged[i]) end
end
return {'forgotten'}
