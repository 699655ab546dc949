-- Begins an action on a visit that has its row and does not touch the queue (entrance, completion and the like): writes the soft lock,
-- nothing else.
-- KEYS  1-7 see begin-prelude
-- ARGV  1-11 see begin-prelude
-- Result: see begin-prelude

local refusal = begin_unfit() or answered_before()
if refusal then return refusal end
if redis.call('EXISTS', LOCK) == 1 or held('visit:' .. WAITING)
  or (SCORE ~= '' and held(ticket_field(BOOTH, USER, SCORE))) then
  return {'refused', 'VISIT_BUSY'}
end

local created = now_ms()
write_lock(USER, SCORE, string.format('%.0f', math.floor(created / 1000)), created, {})
announce(BOOTH)
return begun(LOCK, SCORE)
