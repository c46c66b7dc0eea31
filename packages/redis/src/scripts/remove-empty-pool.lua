-- Removes what a queue keeps beside its jobs, where it has none; gives 1 when it is gone.
-- KEYS: the lists and sets of its jobs, then the rest.  ARGV: how many of the first.
local jobs = tonumber(ARGV[1])
for index = 1, jobs do
  if redis.call('EXISTS', KEYS[index]) == 1 then return 0 end
end
redis.call('DEL', unpack(KEYS, jobs + 1))
return 1
