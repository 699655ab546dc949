-- What the begin steps share. KEYS and ARGV of all of them:
--   KEYS  1 kiosk:done:{operationId}  2 kiosk:lock-of  3 kiosk:locks  4 kiosk:open:{boothId}  5 kiosk:version
--         6 the lock  7 queue:booth:{boothId}; of steps that need the queue: 8 kiosk:mirror  9 see the step
--   ARGV  1 operationId  2 kind  3 boothId  4 owner  5 generation  6 userId or ''  7 waitingId or ''  8 score or ''
--         9 staff or ''  10 reason or ''  11 over capacity: '1' or ''; of steps that need the queue: 12 the least epoch of the mark
--         13 this run of the server, or ''  14 see the step
-- Result: {'unfit', text} | {'done', 'finished'|'undone'} | {'refused', code, moved?} | {'already-queued', position, total}
--         | {'begun', lock as field, value, ..., position, total, moved?}

local DONE, OPEN, LOCK, QUEUE = KEYS[1], KEYS[4], KEYS[6], KEYS[7]
local OPERATION, KIND, BOOTH, OWNER, GENERATION = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local USER, WAITING, SCORE = ARGV[6], ARGV[7], ARGV[8]
local STAFF, REASON, OVER_CAPACITY = ARGV[9], ARGV[10], ARGV[11]
local MARK = KEYS[8]

local function begin_unfit()
  return unfit(DONE, 'string', LOCK_OF, 'hash', LOCKS, 'zset', OPEN, 'set', VERSION, 'hash', LOCK, 'hash', QUEUE, 'zset')
end

-- Nobody is taken out of a queue, or told where they stand in it, that may have lost somebody or have somebody back.
local function unverified()
  if verified_epoch(MARK, tonumber(ARGV[12]), ARGV[13]) then return nil end
  return {'refused', 'QUEUE_UNVERIFIED'}
end

local function begun(key, score)
  local position, total = 0, redis.call('ZCARD', QUEUE)
  -- Another program may have changed the lock's score; the answer then carries what it found.
  local number = tonumber(score)
  if KIND == 'join' and number and number == number then
    position = redis.call('ZCOUNT', QUEUE, '-inf', score) + 1
    total = total + 1
  end
  return {'begun', redis.call('HGETALL', key), position, total}
end

local function is_same_action(kind, booth, user, waiting)
  return kind == KIND and booth == BOOTH and (USER == '' or user == USER) and (WAITING == '' or waiting == WAITING)
end

-- The answer to an id that was used before, nil for a new one.
local function answered_before()
  local done = redis.call('GET', DONE)
  if done then
    local as, kind, booth, user, waiting = string.match(done, '^(%a+) ([%a-]+) (%d+) (%d+) (%d*)$')
    if not as or not is_same_action(kind, booth, user, waiting) then return {'refused', 'OPERATION_MISMATCH'} end
    return {'done', as}
  end
  local key = held('op:' .. OPERATION)
  if not key then return nil end
  local lock = redis.call('HMGET', key, 'kind', 'boothId', 'userId', 'waitingId', 'score', 'operationId')
  -- A lock named by its visit may stand where a deleted one of this id stood.
  if lock[6] ~= OPERATION then return nil end
  local same = is_same_action(lock[1], lock[2], lock[3], lock[4]) and (SCORE == '' or same_score(lock[5] or '', SCORE))
  if not same then return {'refused', 'OPERATION_MISMATCH'} end
  return begun(key, lock[5])
end

-- The score of a visitor whom the action may take out of the queue; otherwise nil and why not.
local function score_to_take(user)
  if redis.call('EXISTS', LOCK) == 1 or held(place_field(BOOTH, user)) then return nil, 'VISIT_BUSY' end
  local score = redis.call('ZSCORE', QUEUE, user)
  if not score then return nil, 'NOT_IN_QUEUE' end
  if not is_finite(score) then return nil, 'QUEUE_ENTRY_INVALID' end
  if held(ticket_field(BOOTH, user, score)) then return nil, 'VISIT_BUSY' end
  return score
end

-- Writes lock and index. `more`: place (the lock stands for a place in the queue), position (a call: where the visitor stood),
-- return_score (an action that puts back: where to).
local function write_lock(user, score, timestamp, created_ms, more)
  local created = string.format('%.0f', created_ms)
  local position = more.position and string.format('%.0f', more.position) or ''
  local return_score = more.return_score or ''
  bump(BOOTH)
  for _, key in ipairs(redis.call('SMEMBERS', OPEN)) do
    -- Deleted by another program: nobody else takes it out.
    if redis.call('EXISTS', key) == 0 then redis.call('SREM', OPEN, key) end
  end
  redis.call('HSET', LOCK, 'userId', user, 'boothId', BOOTH, 'waitingId', WAITING, 'timestamp', timestamp,
    'operationId', OPERATION, 'kind', KIND, 'score', score, 'owner', OWNER, 'generation', GENERATION, 'createdAt', created,
    'returnScore', return_score, 'position', position, 'staff', STAFF, 'reason', REASON, 'overCapacity', OVER_CAPACITY)
  redis.call('ZADD', LOCKS, created, LOCK)
  redis.call('SADD', OPEN, LOCK)
  redis.call('HSET', LOCK_OF, 'op:' .. OPERATION, LOCK)
  if WAITING ~= '' then redis.call('HSET', LOCK_OF, 'visit:' .. WAITING, LOCK) end
  if score ~= '' then redis.call('HSET', LOCK_OF, ticket_field(BOOTH, user, score), LOCK) end
  if return_score ~= '' then redis.call('HSET', LOCK_OF, ticket_field(BOOTH, user, return_score), LOCK) end
  if more.place then redis.call('HSET', LOCK_OF, place_field(BOOTH, user), LOCK) end
end
