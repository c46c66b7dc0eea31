-- Writes a stored resource, if what is there allows it.
-- KEYS: resources, names, version counter.  ARGV: "create" or "replace", member, object, expected version or "".
-- The value is "<version> <object>".  Answers the new version; 0 when the name is taken or absent, -1 when the version differs.
local value = redis.call('HGET', KEYS[1], ARGV[2])
if ARGV[1] == 'create' then
  if value then
    return 0
  end
else
  if not value then
    return 0
  end
  if ARGV[4] ~= '' and string.sub(value, 1, string.find(value, ' ', 1, true) - 1) ~= ARGV[4] then
    return -1
  end
end
local version = redis.call('INCR', KEYS[3])
redis.call('HSET', KEYS[1], ARGV[2], version .. ' ' .. ARGV[3])
redis.call('ZADD', KEYS[2], 0, ARGV[2])
return version
