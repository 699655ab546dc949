-- What the caches other programs read say of these booths. A key that is something else belongs to another program.
-- KEYS  1 booth:ids, then for each booth: booth:{boothId}:meta
-- ARGV  the booth ids
-- Result: {'read', {status or '' or nothing, 1, 0 or nothing}, ...}; nothing: the key is another program's own

local listed = is_fit(KEYS[1], 'set')
local answer = {'read'}
for i, booth in ipairs(ARGV) do
  local meta = KEYS[i + 1]
  answer[i + 1] = {
    is_fit(meta, 'hash') and (redis.call('HGET', meta, 'status') or '') or false,
    listed and redis.call('SISMEMBER', KEYS[1], booth) or false,
  }
end
return answer
