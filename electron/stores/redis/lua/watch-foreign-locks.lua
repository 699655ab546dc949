-- Looks at locks of the backend's: those just found, and those seen before. The first look at one as it is now is remembered here, so that
-- any kiosk can tell for how long it has stood unchanged. Those that are gone are forgotten.
-- KEYS  1 kiosk:foreign
-- ARGV  1 locks remembered at most, then the keys found
-- Result: {'seen', {key, {field, value, ...}, fingerprint, ms it has stood unchanged}, ...} | {'unfit', text}

local FOREIGN, MOST = KEYS[1], tonumber(ARGV[1])

local refusal = unfit(FOREIGN, 'hash')
if refusal then return refusal end
local now = now_ms()
local remembered = redis.call('HGETALL', FOREIGN)
local since, keys = {}, {}
for i = 1, #remembered, 2 do
  keys[#keys + 1] = remembered[i]
  since[remembered[i]] = remembered[i + 1]
end
for i = 2, #ARGV do
  if not since[ARGV[i]] and #keys < MOST then
    keys[#keys + 1] = ARGV[i]
    since[ARGV[i]] = ''
  end
end

local answer = {'seen'}
for _, key in ipairs(keys) do
  local fingerprint = fingerprint_of(key)
  if not fingerprint then
    redis.call('HDEL', FOREIGN, key)
  else
    local first, before = string.match(since[key], '^(%d+) (%x+)$')
    -- Seen in the future: the clock was set back since, and how long ago that was nobody knows.
    if before ~= fingerprint or tonumber(first) > now then
      first = string.format('%.0f', now)
      redis.call('HSET', FOREIGN, key, first .. ' ' .. fingerprint)
    end
    answer[#answer + 1] = {key, redis.call('HGETALL', key), fingerprint, string.format('%.0f', now - tonumber(first))}
  end
end
return answer
