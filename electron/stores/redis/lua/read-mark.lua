-- Reads the mark: what tells whether this store still holds all that was mirrored from it.
-- KEYS  1 kiosk:mirror
-- ARGV  1 this run of the server, or ''
-- Result: {'read', epoch or '', 1 when the queue was verified on this run, else 0, this run} | {'unfit', text}

local refusal = unfit(KEYS[1], 'hash')
if refusal then return refusal end
local found = redis.call('HMGET', KEYS[1], 'epoch', 'run')
local epoch = integer(found[1] or '')
return {'read', epoch and string.format('%.0f', epoch) or '', (ARGV[1] == '' or found[2] == ARGV[1]) and 1 or 0, ARGV[1]}
