-- Forgets tasks that BullMQ has now, or that are to go there by another way.  KEYS: backlog, its tasks, those taken, a count.  ARGV: ids.
for _, id in ipairs(ARGV) do
  redis.call('ZREM', KEYS[1], id)
  redis.call('ZREM', KEYS[3], id)
  redis.call('HDEL', KEYS[2], id)
end
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('DEL', KEYS[4])
end
