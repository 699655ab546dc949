-- Takes an entry out of quarantine: back into the queue at its score (the earlier one wins), or away for good. What is no user id or has no
-- score cannot go back; nor can, for the moment, a visitor whose place a kiosk is at work on.
-- KEYS  1 kiosk:quarantine:{boothId}  2 queue:booth:{boothId}  3 user:{member}:active_booths  4 kiosk:version  5 kiosk:lock-of  6 kiosk:merged
-- ARGV  1 boothId  2 member  3 'restored' or 'dropped'
-- Result: {'ended'} | {'not there'}: it is not, or cannot be restored | {'unfit', text}

local QUARANTINE, QUEUE, ACTIVE = KEYS[1], KEYS[2], KEYS[3]
local BOOTH, MEMBER, AS = ARGV[1], ARGV[2], ARGV[3]

local refusal = unfit(QUARANTINE, 'hash', QUEUE, 'zset', KEYS[4], 'hash', KEYS[5], 'hash')
if refusal then return refusal end
local kept = redis.call('HGET', QUARANTINE, MEMBER)
if not kept then return {'not there'} end
local score, place = string.match(kept, '^%S+'), held(place_field(BOOTH, MEMBER))
if AS == 'restored' and (not is_user(MEMBER) or not is_finite(score) or place) then return {'not there'} end

bump(BOOTH)
if AS == 'restored' then enqueue(QUEUE, BOOTH, MEMBER, score) end
redis.call('HDEL', QUARANTINE, MEMBER)
if is_user(MEMBER) and is_fit(ACTIVE, 'set') then
  if AS == 'restored' then
    redis.call('SADD', ACTIVE, BOOTH)
  elseif not place and not redis.call('ZSCORE', QUEUE, MEMBER) then
    redis.call('SREM', ACTIVE, BOOTH)
  end
end
announce(BOOTH)
return {'ended'}
