-- Puts tasks into a pool's backlog, save those that are there, are on their way to BullMQ, or that BullMQ knows.
-- KEYS: backlog (zset: key of the bid → id), its tasks (hash), those taken (zset), a count, then the job of each task.
-- ARGV: id, key and text of each task.
local hasTaken = redis.call('EXISTS', KEYS[3]) == 1
local count = tonumber(redis.call('GET', KEYS[4]) or '0')
local texts = {}
for index = 1, #ARGV / 3 do
  local id, key, text = ARGV[3 * index - 2], ARGV[3 * index - 1], ARGV[3 * index]
  local isKnown = redis.call('EXISTS', KEYS[4 + index]) == 1 or hasTaken and redis.call('ZSCORE', KEYS[3], id)
  -- Whole seconds, as BullMQ's priorities are; among equals the one that came first.
  local score = string.format('%.8f', math.floor(tonumber(key)) + count % 2097152 / 2097152)
  if not isKnown and redis.call('ZADD', KEYS[1], 'NX', score, id) == 1 then
    count = count + 1
    texts[#texts + 1] = id
    texts[#texts + 1] = text
  end
end
if #texts > 0 then
  redis.call('HSET', KEYS[2], unpack(texts))
  redis.call('SET', KEYS[4], count)
end
