-- Forgets tasks that BullMQ has now, or that are to go there by another way.  KEYS: backlog, its tasks, those taken, a count.  ARGV: ids.
redis.call('ZREM', KEYS[1], unpack(ARGV))
redis.call('ZREM', KEYS[3], unpack(ARGV))
redis.call('HDEL', KEYS[2], unpack(ARGV))
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('DEL', KEYS[4])
end
