-- Puts tasks into a pool's backlog, save those that are there, are on their way to BullMQ, or that BullMQ knows.
-- KEYS: backlog (zset: key of the bid → id), its tasks (hash), those taken (zset), a count, then the job of each task.
-- ARGV: id, key and text of each task.
local given = #ARGV / 3
for index = 1, given do
  local id, key, text = ARGV[3 * index - 2], ARGV[3 * index - 1], ARGV[3 * index]
  local isKnown = redis.call('EXISTS', KEYS[4 + index]) == 1
    or redis.call('ZSCORE', KEYS[1], id)
    or redis.call('ZSCORE', KEYS[3], id)
  if not isKnown then
    -- Whole seconds, as BullMQ's priorities are; among equals the one that came first.
    local count = redis.call('INCR', KEYS[4]) % 2097152
    redis.call('ZADD', KEYS[1], string.format('%.8f', math.floor(tonumber(key)) + count / 2097152), id)
    redis.call('HSET', KEYS[2], id, text)
  end
end
