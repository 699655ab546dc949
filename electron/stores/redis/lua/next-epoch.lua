-- Gives the epoch of a mirror pass that begins now: one more than before.
-- KEYS  1 kiosk:mirror
-- ARGV  1 the least epoch of the mark  2 this run of the server, or ''
-- Result: {'epoch', number} | {'lost'}: this store is not known to hold all that was mirrored; nothing changed | {'unfit', text}

local refusal = unfit(KEYS[1], 'hash')
if refusal then return refusal end
if not verified_epoch(KEYS[1], tonumber(ARGV[1]), ARGV[2]) then return {'lost'} end
return {'epoch', redis.call('HINCRBY', KEYS[1], 'epoch', 1)}
