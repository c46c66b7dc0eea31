-- Leaves one agent's answer for whoever asked for a Pod.
-- KEYS: answers (list).  ARGV: the answer, time to live in ms.
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
