-- Takes workflows off all lists. The version stays for a while, so that a late summary does not bring one back.
-- ARGV: the channel that is told of it ("-" and the uid, a line each), how long the version stays in ms, then entry key, version and uid of each.
local told = {}
for index = 3, #ARGV, 3 do
  local entryKey, version = ARGV[index], ARGV[index + 1]
  local known = redis.call('HMGET', entryKey, 'version', 'member', 'lists')
  if not known[1] or known[1] <= version then
    for list in string.gmatch(known[3] or '', '[^\n]+') do
      redis.call('ZREM', list, known[2])
    end
    redis.call('DEL', entryKey)
    redis.call('HSET', entryKey, 'version', version)
    redis.call('PEXPIRE', entryKey, ARGV[2])
    told[#told + 1] = '-' .. ARGV[index + 2]
  end
end
if #told > 0 then
  redis.call('PUBLISH', ARGV[1], table.concat(told, '\n'))
end
