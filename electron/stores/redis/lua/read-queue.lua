-- Reads the front of a booth's queue with what belongs to it, in one instant.
-- KEYS  1 queue:booth:{boothId}  2 booth:{boothId}:current  3 kiosk:version  4 kiosk:open:{boothId}  5 kiosk:quarantine:{boothId}
-- ARGV  1 boothId  2 entries at most
-- Result: {'read', member, score, ... as one list, total, current or '', version, open locks, entries in quarantine} | {'unfit', text}

local refusal = unfit(KEYS[1], 'zset', KEYS[3], 'hash', KEYS[4], 'set', KEYS[5], 'hash')
if refusal then return refusal end
local limit = tonumber(ARGV[2])
local entries = {}
if limit > 0 then entries = redis.call('ZRANGE', KEYS[1], 0, limit - 1, 'WITHSCORES') end
local current = read_current(KEYS[2])
return {'read', entries, redis.call('ZCARD', KEYS[1]), current and string.format('%.0f', current) or '',
  string.format('%.0f', version_of(ARGV[1])), open_count(KEYS[4]), redis.call('HLEN', KEYS[5])}
