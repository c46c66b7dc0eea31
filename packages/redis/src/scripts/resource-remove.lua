-- KEYS: resources, names.  ARGV: member.  Answers how many were removed.
redis.call('ZREM', KEYS[2], ARGV[1])
return redis.call('HDEL', KEYS[1], ARGV[1])
