-- Makes a process the one that does the festival-wide work, unless another that is still heard of does it.
-- KEYS  1 kiosk:leader  2 kiosk:alive
-- ARGV  1 owner  2 milliseconds of silence after which a process counts as gone
-- Result: {'leads'} | {'follows'} | {'unfit', text}

local LEADER, ALIVE, OWNER, SILENT_MS = KEYS[1], KEYS[2], ARGV[1], tonumber(ARGV[2])

local refusal = unfit(LEADER, 'string', ALIVE, 'zset')
if refusal then return refusal end
local leader = redis.call('GET', LEADER)
if leader == OWNER then return {'leads'} end
local beat = leader and redis.call('ZSCORE', ALIVE, leader)
-- Counted both ways: the clock may have been set back since.
if beat and math.abs(now_ms() - tonumber(beat)) < SILENT_MS then return {'follows'} end
redis.call('SET', LEADER, OWNER)
return {'leads'}
