-- Makes the caches other programs read agree with these booths. A key that is something else belongs to another program and stays.
-- KEYS  1 booth:ids, then for each booth: booth:{boothId}:meta
-- ARGV  for each booth: boothId, name, capacity, status ('OPEN' or 'CLOSED'), description, universityName
-- Result: {'restored'}

local listed = is_fit(KEYS[1], 'set')
for i = 1, #ARGV, 6 do
  local meta, booth, status = KEYS[(i - 1) / 6 + 2], ARGV[i], ARGV[i + 3]
  if is_fit(meta, 'hash') then
    redis.call('HSET', meta, 'name', ARGV[i + 1], 'capacity', ARGV[i + 2], 'status', status, 'description', ARGV[i + 4], 'universityName', ARGV[i + 5])
  end
  if listed then redis.call(status == 'OPEN' and 'SADD' or 'SREM', KEYS[1], booth) end
end
return {'restored'}
