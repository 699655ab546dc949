-- Makes the caches other programs read agree with these booths. A key that is something else belongs to another program and stays.
-- KEYS  1 booth:ids, then for each booth: booth:{boothId}:meta
-- ARGV  for each booth: boothId, name, capacity, status ('OPEN' or 'CLOSED'), description, universityName, '1' to list it or ''
-- Result: {'restored'}

local listed = is_fit(KEYS[1], 'set')
for i = 1, #ARGV, 7 do
  local meta, booth = KEYS[(i - 1) / 7 + 2], ARGV[i]
  if is_fit(meta, 'hash') then
    redis.call('HSET', meta, 'name', ARGV[i + 1], 'capacity', ARGV[i + 2], 'status', ARGV[i + 3], 'description', ARGV[i + 4], 'universityName', ARGV[i + 5])
  end
  if listed then redis.call(ARGV[i + 6] == '1' and 'SADD' or 'SREM', KEYS[1], booth) end
end
return {'restored'}
