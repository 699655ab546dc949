-- Begins a call: takes the first of the queue, or the visitor asked for, into a soft lock. On the way to the first, an entry that can never be called is moved out of the way into quarantine, so that it does not block
-- those behind it; one whose visitor is inside a lock that nobody has ended for long is passed over: it keeps its place.
-- KEYS  1-8 see begin-prelude  9 kiosk:quarantine:{boothId}
-- ARGV  1-13 see begin-prelude (userId: the visitor asked for, '' for the first)  14 entries moved at most  15 entries passed over at most
-- Result: see begin-prelude; moved = entries put into quarantine

local QUARANTINE, MOVES, PASSES = KEYS[9], tonumber(ARGV[14]), tonumber(ARGV[15])

local refusal = begin_unfit() or unfit(MARK, 'hash', QUARANTINE, 'hash') or answered_before() or unverified()
if refusal then return refusal end

local moved, passed = 0, 0
local function refuse(code)
  if moved > 0 then announce(BOOTH) end
  return {'refused', code, moved}
end
local function take(member, score, position)
  write_lock(member, score, score, now_ms(), {place = true, position = position})
  redis.call('ZREM', QUEUE, member)
  announce(BOOTH)
  local answer = begun(LOCK, score)
  answer[5] = moved
  return answer
end

if USER ~= '' then
  local score, code = score_to_take(USER)
  if not score then return refuse(code) end
  return take(USER, score, redis.call('ZRANK', QUEUE, USER) + 1)
end

if redis.call('EXISTS', LOCK) == 1 then return refuse('VISIT_BUSY') end
while true do
  local head = redis.call('ZRANGE', QUEUE, passed, passed, 'WITHSCORES')
  local member, score = head[1], head[2]
  if not member then return refuse(passed > 0 and 'VISIT_BUSY' or 'QUEUE_EMPTY') end
  local reason = not is_user(member) and 'member' or not is_finite(score) and 'score' or nil
  local lock = not reason and (held(ticket_field(BOOTH, member, score)) or held(place_field(BOOTH, member)))
  if not reason and not lock then return take(member, score, passed + 1) end
  if lock then
    if passed == PASSES or not is_stuck(lock) then return refuse('VISIT_BUSY') end
    passed = passed + 1
  else
    if moved == MOVES then return refuse('QUEUE_ENTRY_INVALID') end
    bump(BOOTH)
    set_aside(QUARANTINE, member, score, reason)
    redis.call('ZREM', QUEUE, member)
    moved = moved + 1
  end
end
