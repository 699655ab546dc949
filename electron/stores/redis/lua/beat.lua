-- Notes that a process lives, or has left in good order. Those silent for long are forgotten, and those of a clock that was set back since.
-- KEYS  1 kiosk:alive
-- ARGV  1 owner  2 'alive' or 'left'  3 milliseconds of silence after which a process is forgotten
-- Result: {'noted'} | {'unfit', text}

local ALIVE, OWNER, FORGET_MS = KEYS[1], ARGV[1], tonumber(ARGV[3])

local refusal = unfit(ALIVE, 'zset')
if refusal then return refusal end
local now = now_ms()
if ARGV[2] == 'alive' then
  redis.call('ZADD', ALIVE, string.format('%.0f', now), OWNER)
else
  redis.call('ZREM', ALIVE, OWNER)
end
redis.call('ZREMRANGEBYSCORE', ALIVE, '-inf', string.format('(%.0f', now - FORGET_MS))
redis.call('ZREMRANGEBYSCORE', ALIVE, string.format('(%.0f', now + FORGET_MS), '+inf')
return {'noted'}
