-- KEYS: lease, token counter, count of commits.  ARGV: owner, time to live in ms.  Answers the token, or false when another holds the lease.
-- The lease's value is "<token> <owner>".
local value = redis.call('GET', KEYS[1])
if value and string.sub(value, string.find(value, ' ', 1, true) + 1) ~= ARGV[1] then
  return false
end
local token = redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[3], 0)
redis.call('SET', KEYS[1], token .. ' ' .. ARGV[1], 'PX', ARGV[2])
return token
