-- Notes that the queue is being compared with the ledger, under a name of those who do so: it goes with the data, so that nobody marks
-- as verified what was emptied meanwhile. Those who compare at once share the name of the first.
-- What was merged before says nothing any more: the call that ended it may be among what was lost.
-- KEYS  1 kiosk:mirror  2 kiosk:merged
-- ARGV  1 the name
-- Result: {'refilling', the name that stands} | {'unfit', text}

local refusal = unfit(KEYS[1], 'hash')
if refusal then return refusal end
local standing = redis.call('HGET', KEYS[1], 'refill')
if not standing then
  standing = ARGV[1]
  redis.call('HSET', KEYS[1], 'refill', standing)
end
if is_fit(MERGED, 'hash') then redis.call('DEL', MERGED) end
return {'refilling', standing}
