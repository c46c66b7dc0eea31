-- Saves a bulk retry unless somebody has saved it since it was read.
-- KEYS: its record, those in which there is something to do, those of its cause.
-- ARGV: the version that was read (0 for a new one), text, id, "1" while there is something to do, when it was created, seconds to keep, how many of a cause.
local version = tonumber(redis.call('HGET', KEYS[1], 'version') or '0')
if version ~= tonumber(ARGV[1]) then
  return 0
end
redis.call('HSET', KEYS[1], 'version', version + 1, 'text', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[6])
redis.call(ARGV[4] == '1' and 'SADD' or 'SREM', KEYS[2], ARGV[3])
redis.call('ZADD', KEYS[3], ARGV[5], ARGV[3])
redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -tonumber(ARGV[7]) - 1)
redis.call('EXPIRE', KEYS[3], ARGV[6])
return 1
