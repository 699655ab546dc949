-- Ends a lock of the backend's, only if it is as it was seen: its visitor is put back at the score it holds, or was served. While a kiosk is
-- at work on the visitor's place it is left to the next look: the earlier of two registrations must not get lost beside the other.
-- KEYS  1 the lock  2 kiosk:foreign  3 queue:booth:{boothId}  4 user:{userId}:active_booths  5 kiosk:version  6 kiosk:lock-of  7 kiosk:merged
-- ARGV  1 boothId  2 userId  3 score  4 fingerprint  5 'put-back' or 'served'
-- Result: {'ended'} | {'changed'} | {'unfit', text}

local KEY, FOREIGN, QUEUE, ACTIVE = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local BOOTH, USER, SCORE, FINGERPRINT, AS = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

local refusal = unfit(FOREIGN, 'hash', QUEUE, 'zset', KEYS[5], 'hash', KEYS[6], 'hash')
if refusal then return refusal end
if fingerprint_of(KEY) ~= FINGERPRINT then return {'changed'} end
if AS == 'put-back' and (held(place_field(BOOTH, USER)) or held(ticket_field(BOOTH, USER, SCORE))) then return {'changed'} end

bump(BOOTH)
if AS == 'put-back' then
  enqueue(QUEUE, BOOTH, USER, SCORE)
  if is_fit(ACTIVE, 'set') then redis.call('SADD', ACTIVE, BOOTH) end
end
redis.call('DEL', KEY)
redis.call('HDEL', FOREIGN, KEY)
announce(BOOTH)
return {'ended'}
