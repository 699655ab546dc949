-- Marks the queue as verified on this run, unless it was emptied since the comparison began. The epoch only grows.
-- KEYS  1 kiosk:mirror
-- ARGV  1 epoch  2 this run of the server, or ''  3 the name under which it was compared
-- Result: {'marked'} | {'lost'}: all that was put in since is gone; nothing changed | {'unfit', text}

local MARK, EPOCH, RUN = KEYS[1], tonumber(ARGV[1]), ARGV[2]

local refusal = unfit(MARK, 'hash')
if refusal then return refusal end
if redis.call('HGET', MARK, 'refill') ~= ARGV[3] then return {'lost'} end
local epoch = integer(redis.call('HGET', MARK, 'epoch') or '')
redis.call('HSET', MARK, 'epoch', string.format('%.0f', math.max(epoch or EPOCH, EPOCH)))
-- An account that may not know the run cannot vouch for it: those that may will verify again.
if RUN ~= '' then redis.call('HSET', MARK, 'run', RUN) end
return {'marked'}
