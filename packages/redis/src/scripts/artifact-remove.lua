-- Removes a record, unless another has taken its place.
-- KEYS: records (hash), names (zset).  ARGV: name, record.
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('ZREM', KEYS[2], ARGV[1])
end
