-- Reads the open lock of one operation.
-- KEYS  1 kiosk:lock-of
-- ARGV  1 operationId
-- Result: {'read', {field, value, ...} or an empty list} | {'unfit', text}

local refusal = unfit(KEYS[1], 'hash')
if refusal then return refusal end
local key = held('op:' .. ARGV[1])
if not key then return {'read', {}} end
refusal = unfit(key, 'hash')
if refusal then return refusal end
return {'read', redis.call('HGETALL', key)}
