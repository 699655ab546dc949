-- Compares users' active booths with a booth's queue and with the locks that stand for a place in it; mends on request.
-- KEYS  1 queue:booth:{boothId}  2 kiosk:lock-of, then user:{userId}:active_booths for each user
--       Active booths that are no set list no booth, and cannot be mended.
-- ARGV  1 boothId  2 'missing' (booth not in the set), 'stale' (in the set without a place) or 'repair', then the user ids
-- Result: {'users', user id, ...}: those found, or mended | {'unfit', text}

local BOOTH, WHAT = ARGV[1], ARGV[2]
local refusal = unfit(KEYS[1], 'zset', KEYS[2], 'hash')
if refusal then return refusal end

local answer = {'users'}
for i = 3, #ARGV do
  local user, active = ARGV[i], KEYS[i]
  local is_set = is_fit(active, 'set')
  local listed = is_set and redis.call('SISMEMBER', active, BOOTH) == 1
  local placed = redis.call('ZSCORE', KEYS[1], user) or held(place_field(BOOTH, user))
  local found = false
  if WHAT == 'missing' then found = not listed
  elseif WHAT == 'stale' then found = listed and not placed
  elseif placed and not listed then
    found = is_set and redis.call('SADD', active, BOOTH) == 1
  elseif listed and not placed then
    found = redis.call('SREM', active, BOOTH) == 1
  end
  if found then answer[#answer + 1] = user end
end
return answer
