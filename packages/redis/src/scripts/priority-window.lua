-- The start of a pool's priority window. It moves up only while nothing waits: priorities of two windows do not compare.
-- KEYS: window, BullMQ's wait, prioritized and delayed.
-- ARGV: key of a task to come, seconds before the first key, seconds after which the window may move.
local key = tonumber(ARGV[1])
local start = tonumber(redis.call('GET', KEYS[1]) or '')
local usedUp = start and key - start > tonumber(ARGV[2]) + tonumber(ARGV[3])
if usedUp then
  local waiting = redis.call('LLEN', KEYS[2]) + redis.call('ZCARD', KEYS[3]) + redis.call('ZCARD', KEYS[4])
  usedUp = waiting == 0
end
if not start or usedUp then
  start = math.floor(key) - tonumber(ARGV[2])
  redis.call('SET', KEYS[1], string.format('%.0f', start))
end
return string.format('%.0f', start)
