-- Reads all of a booth's queue in one instant, with whom something keeps out of it for the moment. Not when the mark has changed: what is
-- missing then may have been lost.
-- KEYS  1 kiosk:mirror  2 queue:booth:{boothId}  3 kiosk:open:{boothId}  4 kiosk:quarantine:{boothId}  5 kiosk:lock-of
--       6 kiosk:version  7 kiosk:merged
-- ARGV  1 boothId  2 the epoch of the pass  3 this run of the server, or ''
-- Result: {'snapshot', {member, score, ...}, {user inside a lock that stands for a place, or member set aside, ...}, the booth's version,
--         1 when registrations are remembered that were merged, at any booth, else 0} | {'lost'} | {'unfit', text}

local MARK, QUEUE, OPEN, QUARANTINE = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local BOOTH, EPOCH, RUN = ARGV[1], tonumber(ARGV[2]), ARGV[3]

local refusal = unfit(MARK, 'hash', QUEUE, 'zset', OPEN, 'set', QUARANTINE, 'hash', KEYS[5], 'hash', KEYS[6], 'hash')
if refusal then return refusal end
if verified_epoch(MARK, EPOCH, RUN) ~= EPOCH then return {'lost'} end

local elsewhere = {}
for _, key in ipairs(redis.call('SMEMBERS', OPEN)) do
  local user = is_fit(key, 'hash') and redis.call('HGET', key, 'userId')
  if user and redis.call('HGET', LOCK_OF, place_field(BOOTH, user)) == key then elsewhere[#elsewhere + 1] = user end
end
local set_apart = redis.call('HGETALL', QUARANTINE)
for i = 1, #set_apart, 2 do elsewhere[#elsewhere + 1] = set_apart[i] end
return {'snapshot', redis.call('ZRANGE', QUEUE, 0, -1, 'WITHSCORES'), elsewhere, version_of(BOOTH),
  is_fit(MERGED, 'hash') and redis.call('EXISTS', MERGED) or 0}
