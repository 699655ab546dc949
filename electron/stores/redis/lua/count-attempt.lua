-- Counts one more failed attempt to settle a lock for its own sake.
-- KEYS  1 kiosk:lock-of
-- ARGV  1 operationId
-- Result: {'counted', attempts so far, 0 when the lock is gone} | {'unfit', text}

local refusal = unfit(KEYS[1], 'hash')
if refusal then return refusal end
local key = held('op:' .. ARGV[1])
if not key then return {'counted', 0} end
refusal = unfit(key, 'hash')
if refusal then return refusal end
local lock = redis.call('HMGET', key, 'operationId', 'tries')
-- A lock named by its visit may stand where a deleted one of this id stood.
if lock[1] ~= ARGV[1] then return {'counted', 0} end
-- What is no count counts from 0 anew.
if not integer(lock[2] or '') then redis.call('HSET', key, 'tries', 0) end
return {'counted', redis.call('HINCRBY', key, 'tries', 1)}
