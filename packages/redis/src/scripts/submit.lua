-- Reserves a workflow's name and appends its first event.
-- KEYS: names, inbox.  ARGV: name in its namespace, uid, event, channel, shard.
-- Answers { inbox id } or { false, uid of the holder }.
local holder = redis.call('HGET', KEYS[1], ARGV[1])
if holder then
  return { false, holder }
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
local id = redis.call('XADD', KEYS[2], '*', 'uid', ARGV[2], 'event', ARGV[3])
redis.call('PUBLISH', ARGV[4], ARGV[5])
return { id }
