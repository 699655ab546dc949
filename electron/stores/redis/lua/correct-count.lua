-- Corrects a booth's count by the difference, only if count and version are as seen and nobody is at work on a lock of the booth.
-- KEYS  1 booth:{boothId}:current  2 kiosk:version  3 kiosk:open:{boothId}
-- ARGV  1 boothId  2 count seen, '' when it was not an integer  3 version seen  4 the count to set
-- Result: {'corrected'} | {'changed'} | {'unfit', text}

local refusal = unfit(KEYS[2], 'hash', KEYS[3], 'set')
if refusal then return refusal end
-- Something that is no count at all belongs to another program: it is neither corrected nor a reason to stop at this booth.
if not is_fit(KEYS[1], 'string') then return {'changed'} end
local current = read_current(KEYS[1])
if current ~= tonumber(ARGV[2]) then return {'changed'} end
if version_of(ARGV[1]) ~= tonumber(ARGV[3]) then return {'changed'} end
if busy_count(KEYS[3]) > 0 then return {'changed'} end
bump(ARGV[1])
if current then
  redis.call('INCRBY', KEYS[1], string.format('%.0f', tonumber(ARGV[4]) - current))
else
  redis.call('SET', KEYS[1], ARGV[4])
end
announce(ARGV[1])
return {'corrected'}
