-- The earliest timers of one kind among a shard's first timers.  KEYS: timers.  ARGV: the kind, how many timers to look at, how many to give.
-- Gives due time and member of each; the member is "<uid> <timer id>".
local found = {}
local timers = redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[2]) - 1, 'WITHSCORES')
for index = 1, #timers, 2 do
  local space = string.find(timers[index], ' ', 1, true)
  if space and string.sub(timers[index], space + 1, space + #ARGV[1]) == ARGV[1] then
    found[#found + 1] = timers[index + 1]
    found[#found + 1] = timers[index]
    if #found >= 2 * tonumber(ARGV[3]) then
      break
    end
  end
end
return found
