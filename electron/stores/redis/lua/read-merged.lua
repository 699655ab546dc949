-- Reads which registrations the entries of these visitors stand for besides: those merged into one since a pass looked.
-- KEYS  1 kiosk:merged
-- ARGV  1 boothId, then for each visitor: userId, score of the entry
-- Result: {'read', {score, ...}, ...}

local answer = {'read'}
for i = 2, #ARGV, 2 do answer[#answer + 1] = merged_with(ARGV[1], ARGV[i], ARGV[i + 1]) end
return answer
