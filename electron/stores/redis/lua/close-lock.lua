-- Ends a soft lock, of any kind: only if it is still open with this operation id, ticket and visit, as this process wrote it for this
-- generation: a store that lost it may hold another attempt of the same request. Applies the effect, deletes the lock with its index,
-- remembers the id as done.
-- A count that is not an integer stays as it is: adding to it would make a wrong number look right, a recount makes it right.
-- Active booths that are no set stay as they are, too: what another program broke must not keep a visitor inside a lock.
-- KEYS  1 kiosk:done:{operationId}  2 kiosk:lock-of  3 kiosk:locks  4 kiosk:open:{boothId}  5 kiosk:version
--       6 queue:booth:{boothId}  7 booth:{boothId}:current  8 user:{userId}:active_booths  9 kiosk:quarantine:{boothId}  10 kiosk:merged
-- ARGV  1 operationId  2 boothId  3 userId  4 waitingId or ''  5 score or ''  6 count (-1, 0, 1)
--       7 queue (enqueue, enqueue-alone, leave, quarantine, none)  8 'finished' or 'undone'  9 seconds the id is remembered  10 score to return to, or ''  11 score to enter the queue at instead, or ''
--       12 generation  13 owner
-- Result: {'applied'} | {'done'}: ended before | {'gone'}: neither lock nor memory of it | {'occupied'}: enqueue-alone, and the user is
--         in the queue; nothing changed | {'unfit', text}

local DONE, OPEN, QUEUE, CURRENT, ACTIVE, QUARANTINE = KEYS[1], KEYS[4], KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local OPERATION, BOOTH, USER, WAITING, SCORE = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local COUNT, PLACE, AS, REMEMBER_SECONDS, RETURN, INSTEAD = tonumber(ARGV[6]), ARGV[7], ARGV[8], ARGV[9], ARGV[10], ARGV[11]

local refusal = unfit(DONE, 'string', LOCK_OF, 'hash', LOCKS, 'zset', OPEN, 'set', VERSION, 'hash', QUEUE, 'zset', QUARANTINE, 'hash')
if refusal then return refusal end

local key = held('op:' .. OPERATION)
if not key then return {redis.call('EXISTS', DONE) == 1 and 'done' or 'gone'} end
refusal = unfit(key, 'hash')
if refusal then return refusal end
local lock = redis.call('HMGET', key, 'operationId', 'boothId', 'userId', 'waitingId', 'score', 'returnScore', 'kind', 'tries', 'generation', 'owner')
if lock[1] ~= OPERATION or lock[2] ~= BOOTH or lock[3] ~= USER or lock[4] ~= WAITING
  or not same_score(lock[5] or '', SCORE) or not same_score(lock[6] or '', RETURN)
  or tonumber(lock[9] or '') ~= tonumber(ARGV[12]) or lock[10] ~= ARGV[13] then
  return {'gone'}
end
local score = INSTEAD ~= '' and INSTEAD or RETURN ~= '' and lock[6] or lock[5]
if (PLACE == 'enqueue' or PLACE == 'enqueue-alone' or PLACE == 'quarantine') and not is_finite(score) then return {'unfit', 'a lock without score cannot be put back'} end

if PLACE == 'enqueue-alone' then
  if redis.call('ZSCORE', QUEUE, USER) then return {'occupied'} end
  PLACE = 'enqueue'
end

local current = read_current(CURRENT)
bump(BOOTH)
if COUNT ~= 0 and current then
  local change = math.max(current + COUNT, 0) - current
  redis.call('INCRBY', CURRENT, string.format('%.0f', change))
end

if PLACE == 'enqueue' then
  enqueue(QUEUE, BOOTH, USER, score)
elseif PLACE == 'quarantine' then
  -- Why: nobody could end its action, or else the history does not know the visitor.
  set_aside(QUARANTINE, USER, score, (integer(lock[8] or '') or 0) > 0 and 'lock' or 'user')
end
-- Whatever was merged into this place has come to its end with it.
if PLACE == 'quarantine' or (PLACE == 'leave' and AS == 'finished') then forget_merged(BOOTH, USER) end
if PLACE ~= 'none' and is_fit(ACTIVE, 'set') then
  local place = held(place_field(BOOTH, USER))
  local stays = redis.call('ZSCORE', QUEUE, USER) or (place and place ~= key)
  redis.call(stays and 'SADD' or 'SREM', ACTIVE, BOOTH)
end

local fields = {'op:' .. OPERATION, place_field(BOOTH, USER)}
if WAITING ~= '' then fields[#fields + 1] = 'visit:' .. WAITING end
if SCORE ~= '' then fields[#fields + 1] = ticket_field(BOOTH, USER, SCORE) end
if RETURN ~= '' then fields[#fields + 1] = ticket_field(BOOTH, USER, RETURN) end
for _, field in ipairs(fields) do
  if redis.call('HGET', LOCK_OF, field) == key then redis.call('HDEL', LOCK_OF, field) end
end
redis.call('DEL', key)
redis.call('ZREM', LOCKS, key)
redis.call('SREM', OPEN, key)
-- With what it was, so that the id cannot be passed off as another action's.
redis.call('SET', DONE, table.concat({AS, lock[7] or 'unknown', BOOTH, USER, WAITING}, ' '), 'EX', REMEMBER_SECONDS)
announce(BOOTH)
return {'applied'}
