-- Puts a dead letter back into the inbox that it came from, under a new id, and wakes the shard's owner.
-- KEYS: dead letters, inbox.  ARGV: id, channel, shard.
local entry = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])[1]
if not entry then
  return 0
end
local fields = {}
for index = 1, #entry[2], 2 do
  if entry[2][index] ~= 'why' then
    fields[#fields + 1] = entry[2][index]
    fields[#fields + 1] = entry[2][index + 1]
  end
end
redis.call('XADD', KEYS[2], '*', unpack(fields))
redis.call('XDEL', KEYS[1], ARGV[1])
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 1
