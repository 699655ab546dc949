-- Begins a call: takes the first of the queue into a soft lock. An entry that can never be called is moved out of the way
-- into quarantine (member -> score and reason), so that it does not block those behind it. One whose visitor is inside a lock that
-- nobody has ended for long is passed over: it keeps its place.
-- KEYS  1-7 see begin-prelude  8 kiosk:quarantine:{boothId}
-- ARGV  1-8 see begin-prelude  9 entries moved at most  10 entries passed over at most
-- Result: see begin-prelude; moved = entries put into quarantine

local QUARANTINE, MOVES, PASSES = KEYS[8], tonumber(ARGV[9]), tonumber(ARGV[10])

local refusal = begin_unfit() or unfit(QUARANTINE, 'hash') or answered_before()
if refusal then return refusal end
if redis.call('EXISTS', LOCK) == 1 then return {'refused', 'VISIT_BUSY'} end

local function reason_against(member, score)
  if #member > 16 or not string.match(member, '^[1-9]%d*$') or tonumber(member) > 9007199254740991 then return 'member' end
  if math.abs(tonumber(score)) == math.huge then return 'score' end
  return nil
end

local moved, passed = 0, 0
local function refuse(code)
  if moved > 0 then announce(BOOTH) end
  return {'refused', code, moved}
end

while true do
  local head = redis.call('ZRANGE', QUEUE, passed, passed, 'WITHSCORES')
  local member, score = head[1], head[2]
  if not member then return refuse(passed > 0 and 'VISIT_BUSY' or 'QUEUE_EMPTY') end
  local reason = reason_against(member, score)
  local lock = not reason and (held(ticket_field(BOOTH, member, score)) or held(place_field(BOOTH, member)))
  if not reason and not lock then
    write_lock(member, score, score, now_ms(), true)
    redis.call('ZREM', QUEUE, member)
    announce(BOOTH)
    local answer = begun(LOCK, score)
    answer[5] = moved
    return answer
  end
  if lock then
    if passed == PASSES or not is_stuck(lock) then return refuse('VISIT_BUSY') end
    passed = passed + 1
  else
    if moved == MOVES then return refuse('QUEUE_ENTRY_INVALID') end
    bump(BOOTH)
    redis.call('HSET', QUARANTINE, member, score .. ' ' .. reason)
    redis.call('ZREM', QUEUE, member)
    moved = moved + 1
  end
end
