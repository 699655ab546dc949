-- Begins a join: reserves the booth among the user's active booths and writes the soft lock with the score of this instant.
-- KEYS  1-8 see begin-prelude  9 user:{userId}:active_booths
-- ARGV  1-13 see begin-prelude  14 queues a user may be in  15 scores from here on are no times
-- Result: see begin-prelude

local ACTIVE, MAX_QUEUES = KEYS[9], tonumber(ARGV[14])

local refusal = begin_unfit() or unfit(MARK, 'hash', ACTIVE, 'set') or answered_before() or unverified()
if refusal then return refusal end
local rank = redis.call('ZRANK', QUEUE, USER)
if rank then return {'already-queued', rank + 1, redis.call('ZCARD', QUEUE)} end
if redis.call('EXISTS', LOCK) == 1 or held(place_field(BOOTH, USER)) then return {'refused', 'VISIT_BUSY'} end
if redis.call('SISMEMBER', ACTIVE, BOOTH) == 0 and redis.call('SCARD', ACTIVE) >= MAX_QUEUES then
  return {'refused', 'MAX_WAITING_EXCEEDED'}
end

-- Whole seconds are the backend's scale; the milliseconds as fraction keep the order of taps within one. Never before somebody who
-- waits already: a server's clock may have been set back, and a backend may write milliseconds. A score too big for either is no time
-- and pulls nobody behind it: all who join later would share it.
local created = now_ms()
local last = redis.call('ZRANGE', QUEUE, '(' .. ARGV[15], '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, 1, 'WITHSCORES')[2]
local after = last and tonumber(last) + 0.001 or 0
local score = string.format('%.3f', created / 1000)
if after > tonumber(score) then score = string.format('%.17g', after) end
write_lock(USER, score, score, created, {place = true})
redis.call('SADD', ACTIVE, BOOTH)
announce(BOOTH)
return begun(LOCK, score)
