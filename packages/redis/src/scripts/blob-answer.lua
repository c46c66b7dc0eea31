-- Leaves one part of a blob for the agent that asked for it.
-- KEYS: part (list).  ARGV: the part, time to live in ms.
-- Asked twice, answered once: who asked again is served by either.
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('RPUSH', KEYS[1], ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
