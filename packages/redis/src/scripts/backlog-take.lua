-- Takes the most urgent tasks of a pool's backlog for whom there is room in BullMQ. They stay written down as taken until `backlog-forget`: those that
-- were taken long ago are given again, as whoever took them is gone, before or after he had brought them to BullMQ.
-- KEYS: backlog, its tasks, those taken, a count, BullMQ's wait and prioritized.  ARGV: tasks that BullMQ may hold, how many to take, ms after which a taken one is given again.
-- Gives how many are left, how many of the tasks that follow are given again, then id and text of each.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ids = {}
if redis.call('EXISTS', KEYS[3]) == 1 then
  ids = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now - tonumber(ARGV[3]), 'LIMIT', 0, ARGV[2])
end
local again = #ids
local backlog = redis.call('ZCARD', KEYS[1])
if backlog > 0 then
  local released = redis.call('LLEN', KEYS[5]) + redis.call('ZCARD', KEYS[6]) + redis.call('ZCARD', KEYS[3])
  local count = math.min(tonumber(ARGV[1]) - released, tonumber(ARGV[2]) - again)
  if count > 0 then
    local taken = redis.call('ZPOPMIN', KEYS[1], count)
    for index = 1, #taken, 2 do
      ids[#ids + 1] = taken[index]
    end
    backlog = backlog - #taken / 2
  end
end
local answer = { backlog, again }
if #ids > 0 then
  local marks = {}
  for index, id in ipairs(ids) do
    marks[2 * index - 1] = now
    marks[2 * index] = id
  end
  redis.call('ZADD', KEYS[3], unpack(marks))
  local texts = redis.call('HMGET', KEYS[2], unpack(ids))
  for index, id in ipairs(ids) do
    answer[2 * index + 1] = id
    answer[2 * index + 2] = texts[index]
  end
end
return answer
