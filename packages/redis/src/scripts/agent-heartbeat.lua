-- KEYS: known agents (hash), their expiries (zset), those that drain (hash).  ARGV: agent id, its heartbeat, time to live in ms.
-- Gives 1 when the agent was told to drain, and what was said of it before, while that holds.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local expiry = redis.call('ZSCORE', KEYS[2], ARGV[1])
local before = expiry and tonumber(expiry) > now and redis.call('HGET', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], now + ARGV[3], ARGV[1])
local gone = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 100)
if #gone > 0 then
  redis.call('HDEL', KEYS[1], unpack(gone))
  redis.call('ZREM', KEYS[2], unpack(gone))
end
return { redis.call('HEXISTS', KEYS[3], ARGV[1]), before }
