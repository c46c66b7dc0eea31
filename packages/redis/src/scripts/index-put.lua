-- Puts workflow summaries into the lists, unless a newer one is there.
-- ARGV: the channel that is told of what was put ("+" and the summary, a line each), then for each: entry key, version (text that sorts), summary, member, number of lists, the lists.
-- Keys come in ARGV: all have the tag of the index.
local position = 0
local function take()
  position = position + 1
  return ARGV[position]
end

local channel = take()
local told = {}
while position < #ARGV do
  local entryKey, version, summary, member = take(), take(), take(), take()
  local lists = {}
  for _ = 1, tonumber(take()) do
    lists[#lists + 1] = take()
  end
  local known = redis.call('HMGET', entryKey, 'version', 'member', 'lists')
  if not known[1] or known[1] < version then
    local joined = table.concat(lists, '\n')
    if known[3] ~= joined or known[2] ~= member then
      for list in string.gmatch(known[3] or '', '[^\n]+') do
        redis.call('ZREM', list, known[2])
      end
      for _, list in ipairs(lists) do
        redis.call('ZADD', list, 0, member)
      end
    end
    redis.call('HSET', entryKey, 'version', version, 'summary', summary, 'member', member, 'lists', joined)
    redis.call('PERSIST', entryKey)
    told[#told + 1] = '+' .. summary
  end
end
if #told > 0 then
  redis.call('PUBLISH', channel, table.concat(told, '\n'))
end
