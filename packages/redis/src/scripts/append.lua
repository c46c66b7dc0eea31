-- Appends events to an inbox, in order, and wakes the shard's owner once.
-- KEYS: inbox.  ARGV: channel, shard, then uid and event of each.  Answers the ids.
local ids = {}
for index = 3, #ARGV, 2 do
  ids[#ids + 1] = redis.call('XADD', KEYS[1], '*', 'uid', ARGV[index], 'event', ARGV[index + 1])
end
redis.call('PUBLISH', ARGV[1], ARGV[2])
return ids
