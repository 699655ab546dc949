-- Begins a leave: takes the visitor out of the queue into a soft lock; of a score that is asked for, only at that very score. The active booths follow when the lock is ended.
-- KEYS  1-8 see begin-prelude
-- ARGV  1-13 see begin-prelude
-- Result: see begin-prelude

local refusal = begin_unfit() or unfit(MARK, 'hash') or answered_before() or unverified()
if refusal then return refusal end
local score, code = score_to_take(USER)
if not score then return {'refused', code} end
if SCORE ~= '' and not same_score(score, SCORE) then return {'refused', 'NOT_IN_QUEUE'} end
write_lock(USER, score, score, now_ms(), {place = true})
redis.call('ZREM', QUEUE, USER)
announce(BOOTH)
return begun(LOCK, score)
