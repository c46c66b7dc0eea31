-- Writes down which tasks are to end, forgets what is old, and tells the agents.
-- KEYS: cancels (hash), their expiries (zset), the pool's backlog, its tasks, those taken, a count.  ARGV: retention in ms, channel, notice, then task id and reason of each.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local old = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 1000)
if #old > 0 then
  redis.call('HDEL', KEYS[1], unpack(old))
  redis.call('ZREM', KEYS[2], unpack(old))
end
for index = 4, #ARGV, 2 do
  redis.call('HSET', KEYS[1], ARGV[index], ARGV[index + 1])
  redis.call('ZADD', KEYS[2], now + ARGV[1], ARGV[index])
  redis.call('ZREM', KEYS[3], ARGV[index])
  redis.call('HDEL', KEYS[4], ARGV[index])
  redis.call('ZREM', KEYS[5], ARGV[index])
end
if redis.call('EXISTS', KEYS[3]) == 0 then
  redis.call('DEL', KEYS[6])
end
redis.call('PUBLISH', ARGV[2], ARGV[3])
