-- Reads which registrations were merged into the entries of these visitors. None of a store that was not verified on this run: the call that
-- ended them may be among what it lost.
-- KEYS  1 kiosk:merged  2 kiosk:mirror
-- ARGV  1 boothId  2 this run of the server, or ''  then for each visitor: userId, score of the entry
-- Result: {'read', {score, ..., that of the entry among them}, ...} | {'unfit', text}

local refusal = unfit(KEYS[2], 'hash')
if refusal then return refusal end
local is_verified = verified_epoch(KEYS[2], -math.huge, ARGV[2])
local answer = {'read'}
for i = 3, #ARGV, 2 do answer[#answer + 1] = is_verified and merged_with(ARGV[1], ARGV[i], ARGV[i + 1]) or {} end
return answer
