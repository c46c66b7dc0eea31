-- The start of a pool's priority window, and what the pool holds. The window moves up only while nothing waits in BullMQ: priorities of two windows
-- do not compare.
-- Counts the tasks that come, too.
-- KEYS: window, BullMQ's wait, prioritized and delayed, backlog, those taken from it, arrivals of this minute.
-- ARGV: key of a task to come, seconds before the first key, seconds after which the window may move, how many tasks come, seconds for which their count is kept.
-- Gives the start, and how many tasks wait in BullMQ, how many in the backlog, and the last priority in BullMQ.
local key = tonumber(ARGV[1])
local start = tonumber(redis.call('GET', KEYS[1]) or '')
local prioritized = redis.call('ZCARD', KEYS[3])
local released = redis.call('LLEN', KEYS[2]) + prioritized
local usedUp = start and key - start > tonumber(ARGV[2]) + tonumber(ARGV[3])
if usedUp then
  usedUp = released + redis.call('ZCARD', KEYS[4]) == 0
end
if not start or usedUp then
  start = math.floor(key) - tonumber(ARGV[2])
  redis.call('SET', KEYS[1], string.format('%.0f', start))
end
if tonumber(ARGV[4]) > 0 then
  redis.call('INCRBY', KEYS[7], ARGV[4])
  redis.call('EXPIRE', KEYS[7], ARGV[5])
end
local lastPriority = 0
if prioritized > 0 then
  -- BullMQ's score is the priority times 2^32, plus a count.
  local last = redis.call('ZRANGE', KEYS[3], -1, -1, 'WITHSCORES')
  lastPriority = math.floor(tonumber(last[2]) / 4294967296)
end
return { string.format('%.0f', start), released + redis.call('ZCARD', KEYS[6]), redis.call('ZCARD', KEYS[5]), lastPriority }
