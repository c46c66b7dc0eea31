-- The heartbeats of all agents that live, each followed by 1 when it was told to drain.
-- KEYS: known agents (hash), their expiries (zset), those that drain (hash).
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local agents = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. now, '+inf')) do
  agents[#agents + 1] = redis.call('HGET', KEYS[1], id)
  agents[#agents + 1] = redis.call('HEXISTS', KEYS[3], id)
end
return agents
