-- Removes a queue entry whose ticket was served already, only if its score is still this one, nobody is at work on a
-- lock of the booth, nor has changed it since, and the visitor is inside none. Another registration of the visitor takes its place.
-- KEYS  1 queue:booth:{boothId}  2 kiosk:open:{boothId}  3 kiosk:version  4 user:{userId}:active_booths  5 kiosk:lock-of  6 kiosk:merged
-- ARGV  1 boothId  2 userId  3 score  4 the booth's version  5 score of the other registration, or ''
-- Result: {'removed'} | {'changed'} | {'unfit', text}

local refusal = unfit(KEYS[1], 'zset', KEYS[2], 'set', KEYS[3], 'hash', KEYS[5], 'hash')
if refusal then return refusal end
local score = redis.call('ZSCORE', KEYS[1], ARGV[2])
if not score or not same_score(score, ARGV[3]) or busy_count(KEYS[2]) > 0 or version_of(ARGV[1]) ~= tonumber(ARGV[4])
  or held(place_field(ARGV[1], ARGV[2])) then
  return {'changed'}
end
bump(ARGV[1])
redis.call('ZREM', KEYS[1], ARGV[2])
if ARGV[5] ~= '' then redis.call('ZADD', KEYS[1], ARGV[5], ARGV[2]) else forget_merged(ARGV[1], ARGV[2]) end
if is_fit(KEYS[4], 'set') then redis.call(ARGV[5] ~= '' and 'SADD' or 'SREM', KEYS[4], ARGV[1]) end
announce(ARGV[1])
return {'removed'}
