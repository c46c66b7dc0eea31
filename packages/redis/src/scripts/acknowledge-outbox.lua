-- Forgets the outbox up to, not including, an id, if the lease is still held.
-- KEYS: lease, outbox.  ARGV: the lease's value, the id.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
redis.call('XTRIM', KEYS[2], 'MINID', ARGV[2])
return 1
