-- Counts a failed task under its fingerprint, once.
-- KEYS: tasks told of, all failures, those of the namespace, this one (hash), its workflows, its hosts, its templates.
-- ARGV: task, now, its member among all, fingerprint, when it happened, the failure as text, title, workflow, host ("" for none), template,
--       seconds to keep, tasks told of to keep, workflows to keep, hosts and templates to count.
local task, now, atMs = ARGV[1], ARGV[2], ARGV[5]
if redis.call('ZADD', KEYS[1], 'NX', now, task) == 0 then
  return 0
end
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -tonumber(ARGV[12]) - 1)
redis.call('EXPIRE', KEYS[1], ARGV[11])

redis.call('HINCRBY', KEYS[4], 'count', 1)
redis.call('HSETNX', KEYS[4], 'first', atMs)
local last = redis.call('HGET', KEYS[4], 'last')
if not last or tonumber(last) <= tonumber(atMs) then
  redis.call('HSET', KEYS[4], 'last', atMs, 'example', ARGV[6], 'title', ARGV[7])
elseif tonumber(redis.call('HGET', KEYS[4], 'first')) > tonumber(atMs) then
  redis.call('HSET', KEYS[4], 'first', atMs)
end
redis.call('ZADD', KEYS[2], 'GT', atMs, ARGV[3])
redis.call('ZADD', KEYS[3], 'GT', atMs, ARGV[4])
redis.call('ZADD', KEYS[5], 'GT', atMs, ARGV[8])
redis.call('ZREMRANGEBYRANK', KEYS[5], 0, -tonumber(ARGV[13]) - 1)
local function count(key, name)
  if name ~= '' and (redis.call('HEXISTS', key, name) == 1 or redis.call('HLEN', key) < tonumber(ARGV[14])) then
    redis.call('HINCRBY', key, name, 1)
  end
end
count(KEYS[6], ARGV[9])
count(KEYS[7], ARGV[10])
for index = 3, 7 do
  redis.call('EXPIRE', KEYS[index], ARGV[11])
end
return 1
