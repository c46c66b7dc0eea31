-- Takes workflows off all lists. The version stays for a while, so that a late summary does not bring one back.
-- ARGV: how long the version stays in ms, then entry key and version of each.
for index = 2, #ARGV, 2 do
  local entryKey, version = ARGV[index], ARGV[index + 1]
  local known = redis.call('HMGET', entryKey, 'version', 'member', 'lists')
  if not known[1] or known[1] <= version then
    for list in string.gmatch(known[3] or '', '[^\n]+') do
      redis.call('ZREM', list, known[2])
    end
    redis.call('DEL', entryKey)
    redis.call('HSET', entryKey, 'version', version)
    redis.call('PEXPIRE', entryKey, ARGV[1])
  end
end
