-- The heartbeats of all agents that live.  KEYS: known agents (hash), their expiries (zset).
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local heartbeats = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. now, '+inf')) do
  heartbeats[#heartbeats + 1] = redis.call('HGET', KEYS[1], id)
end
return heartbeats
