-- Helpers in front of every step. Keys of our own bookkeeping:
--   kiosk:lock-of  hash: op:{operationId}, visit:{waitingId}, ticket:{booth}:{user}:{score}, place:{booth}:{user} -> lock key
--   kiosk:locks    sorted set: lock key by creation (ms): the index of all open locks
--   kiosk:open:{boothId}  set: the open locks of a booth
--   kiosk:mirror   hash: the mark: epoch (of the latest mirror pass), run (the server's run id when the queue was last verified),
--                  refill (a name: the queue has been compared with the ledger under it, at least in part, and not been emptied since)
--   kiosk:quarantine:{boothId}  hash: member -> "score reason": entries taken out of the way
--   kiosk:merged   hash: {booth}:{user} -> scores of the registrations that were merged into one entry, its own among them
--   kiosk:alive    sorted set: process by its last heartbeat (ms); kiosk:leader  the process that does the festival-wide work
--   kiosk:foreign  hash: lock of the backend's -> "first seen (ms) fingerprint"; kiosk:alerts  hash: alert -> "last seen (ms) owner"
-- A step checks everything that could fail before its first write, because a script is not rolled back.

local LOCK_OF, LOCKS, VERSION, CHANGED, MERGED = 'kiosk:lock-of', 'kiosk:locks', 'kiosk:version', 'kiosk:changed', 'kiosk:merged'

-- Pairs of key and type. Gives the answer to return when one of them cannot be used, else nil.
local function unfit(...)
  local wanted = {...}
  for i = 1, #wanted, 2 do
    local found = redis.pcall('TYPE', wanted[i])
    if found.err then return {'unfit', found.err} end
    if found.ok ~= 'none' and found.ok ~= wanted[i + 1] then
      return {'unfit', 'WRONGTYPE ' .. wanted[i] .. ' is a ' .. found.ok .. ', not a ' .. wanted[i + 1]}
    end
  end
  return nil
end

-- Something else than what the contract puts there belongs to another program: steps that can do without the key leave it alone.
local function is_fit(key, kind)
  return not unfit(key, kind)
end

local function now_ms()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function is_finite(score)
  local number = tonumber(score)
  return number ~= nil and number == number and math.abs(number) ~= math.huge
end

-- A canonical positive id, as far as other programs can hold it exactly.
local function is_user(member)
  return #member <= 16 and string.match(member, '^[1-9]%d*$') ~= nil and tonumber(member) <= 9007199254740991
end

-- Scores arrive as whatever text somebody printed; only the number counts. '' stands for none.
local function same_score(a, b)
  if a == '' or b == '' then return a == b end
  return tonumber(a) == tonumber(b)
end

-- One text for one double, whoever printed it, so that it can name a hash field.
local function ticket_field(booth, user, score)
  local number = tonumber(score)
  if number == 0 then number = 0 end
  return 'ticket:' .. booth .. ':' .. user .. ':' .. string.format('%.17g', number)
end

local function place_field(booth, user)
  return 'place:' .. booth .. ':' .. user
end

-- The open lock an index field leads to. A lock somebody else deleted blocks nobody.
local function held(field)
  local key = redis.call('HGET', LOCK_OF, field)
  if key and redis.call('EXISTS', key) == 1 then return key end
  return nil
end

-- Nobody has ended it for long, counted both ways: the clock may have been set back since.
local function is_stuck(key)
  return math.abs(now_ms() - tonumber(redis.call('ZSCORE', LOCKS, key) or 0)) >= STUCK_MS
end

local function open_count(open_key)
  local count = 0
  for _, key in ipairs(redis.call('SMEMBERS', open_key)) do
    count = count + redis.call('EXISTS', key)
  end
  return count
end

-- The open locks somebody is at work on.
local function busy_count(open_key)
  local count = 0
  for _, key in ipairs(redis.call('SMEMBERS', open_key)) do
    if redis.call('EXISTS', key) == 1 and not is_stuck(key) then count = count + 1 end
  end
  return count
end

local function integer(text)
  if text ~= '0' and not string.match(text, '^%-?[1-9]%d*$') then return nil end
  local number = tonumber(text)
  if math.abs(number) > 9007199254740991 then return nil end
  return number
end

-- The count of a booth: 0 when missing, nil when it is not an integer.
local function read_current(key)
  local found = redis.pcall('GET', key)
  if found == false then return 0 end
  if type(found) ~= 'string' then return nil end
  return integer(found)
end

-- How often kiosks changed the booth. What is no count of that counts from 0 anew.
local function version_of(booth)
  return integer(redis.call('HGET', VERSION, booth) or '0') or 0
end

local function bump(booth)
  if version_of(booth) == 0 then redis.call('HSET', VERSION, booth, 0) end
  redis.call('HINCRBY', VERSION, booth, 1)
end

-- Takes an entry out of the way, for a supervisor; beside an earlier one of the same member that one stays.
local function set_aside(quarantine, member, score, reason)
  local kept = string.match(redis.call('HGET', quarantine, member) or '', '^%S+')
  if is_finite(kept) and (not is_finite(score) or tonumber(kept) <= tonumber(score)) then return end
  redis.call('HSET', quarantine, member, score .. ' ' .. reason)
end

-- Scores of the registrations that were merged into the visitor's entry at this score, as texts, its own among them. What is remembered of
-- another entry of theirs says nothing about this one. No step fails for the want of this memory.
local function merged_with(booth, user, score)
  local found, is_of_it = {}, false
  if not is_fit(MERGED, 'hash') then return found end
  for text in string.gmatch(redis.call('HGET', MERGED, booth .. ':' .. user) or '', '%S+') do
    if #found == MERGED_SCORES_MAX then break end
    if is_finite(text) then
      found[#found + 1] = text
      is_of_it = is_of_it or same_score(text, score)
    end
  end
  return is_of_it and found or {}
end

local function forget_merged(booth, user)
  if is_fit(MERGED, 'hash') then redis.call('HDEL', MERGED, booth .. ':' .. user) end
end

-- The earliest are kept: the entry stands at the first of them.
local function remember_merged(booth, user, standing, score)
  if not is_fit(MERGED, 'hash') then return end
  local merged, field = merged_with(booth, user, standing), booth .. ':' .. user
  if #merged == 0 then merged = merged_with(booth, user, score) end
  for _, each in ipairs({standing, score}) do
    local is_known = false
    for _, text in ipairs(merged) do is_known = is_known or same_score(text, each) end
    if not is_known then merged[#merged + 1] = string.format('%.17g', tonumber(each)) end
  end
  table.sort(merged, function(a, b) return tonumber(a) < tonumber(b) end)
  while #merged > MERGED_SCORES_MAX do table.remove(merged) end
  if not redis.call('HGET', MERGED, field) and redis.call('HLEN', MERGED) >= MERGED_ENTRIES_MAX then return end
  redis.call('HSET', MERGED, field, table.concat(merged, ' '))
end

-- Puts a visitor into the queue. They stand there once, at the earliest of their registrations; but that one may turn out to have been used up,
-- and then another counts: both are remembered, until the entry is used or a pass has found it in order.
local function enqueue(queue, booth, user, score)
  local standing = redis.call('ZSCORE', queue, user)
  if standing and is_finite(standing) and not same_score(standing, score) then remember_merged(booth, user, standing, score) end
  return redis.call('ZADD', queue, 'LT', 'CH', score, user)
end

-- The epoch of the mark; nil when the queue is not known to hold all that was mirrored from it: there is no mark, it is behind `least`,
-- or it was set on another run than `run` ('': this connection's account may not know the run).
local function verified_epoch(mark, least, run)
  local found = redis.call('HMGET', mark, 'epoch', 'run')
  local epoch = integer(found[1] or '')
  if not epoch or epoch < least or (run ~= '' and found[2] ~= run) then return nil end
  return epoch
end

-- A listener less is no reason to fail a step.
local function announce(booth)
  redis.pcall('PUBLISH', CHANGED, booth)
end
