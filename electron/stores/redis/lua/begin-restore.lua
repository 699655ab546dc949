-- Begins an action that puts a visitor back into the queue (put back, undo of a call, queue again): writes the soft lock with the score to
-- return to, which stands for the place from now on. Nothing enters the queue before the lock is ended.
-- KEYS  1-8 see begin-prelude
-- ARGV  1-13 see begin-prelude  14 score of the original place  15 'original' or 'after-three'  16 entries let past  17 gaps looked at
--       18 scores from here on are no times
-- Result: see begin-prelude

local ORIGINAL, PLACE, LET_PAST, GAPS, NO_TIME = ARGV[14], ARGV[15], tonumber(ARGV[16]), tonumber(ARGV[17]), ARGV[18]

-- A millisecond behind, or what the number can hold.
local function just_behind(score)
  return math.max(score + 0.001, score + math.abs(score) * 2 ^ -52)
end

-- Between two neighbours behind those let past, so that nobody else is moved; where no number lies between them, between the next two.
local function score_behind_others()
  local front = redis.call('ZRANGE', QUEUE, '(-inf', '(' .. NO_TIME, 'BYSCORE', 'LIMIT', 0, LET_PAST + GAPS, 'WITHSCORES')
  local count = #front / 2
  if count == 0 then return tonumber(ORIGINAL) end
  for i = LET_PAST, count - 1 do
    local ahead, behind = tonumber(front[2 * i]), tonumber(front[2 * i + 2])
    local middle = ahead / 2 + behind / 2
    if ahead < middle and middle < behind then return middle end
  end
  return just_behind(tonumber(front[2 * count]))
end

local refusal = begin_unfit() or unfit(MARK, 'hash') or answered_before() or unverified()
if refusal then return refusal end
if redis.call('EXISTS', LOCK) == 1 or held('visit:' .. WAITING) or held(place_field(BOOTH, USER))
  or (SCORE ~= '' and held(ticket_field(BOOTH, USER, SCORE))) or held(ticket_field(BOOTH, USER, ORIGINAL)) then
  return {'refused', 'VISIT_BUSY'}
end
local target = ORIGINAL
if PLACE == 'after-three' then
  local behind = score_behind_others()
  -- Never an advantage.
  if behind > tonumber(ORIGINAL) then target = string.format('%.17g', behind) end
  if held(ticket_field(BOOTH, USER, target)) then return {'refused', 'VISIT_BUSY'} end
end

local created = now_ms()
write_lock(USER, SCORE, string.format('%.0f', math.floor(created / 1000)), created, {place = true, return_score = target})
announce(BOOTH)
return begun(LOCK, SCORE)
