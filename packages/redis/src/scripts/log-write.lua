-- Writes one entry of an answer to a log request.
-- KEYS: lines (stream), reader, writer.  ARGV: writer's id, type, body, entries that may wait, time to live in ms.
-- Answers "gone" when nobody reads or another agent answers, "full" when the reader must catch up first, else "written".
if redis.call('EXISTS', KEYS[2]) == 0 then
  return 'gone'
end
if ARGV[2] ~= 'none' then
  local writer = redis.call('GET', KEYS[3])
  if writer and writer ~= ARGV[1] then
    return 'gone'
  end
  redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[5])
end
-- Only lines wait for room: the rest is small, and the end must always fit.
if ARGV[2] == 'lines' and redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[4]) then
  return 'full'
end
redis.call('XADD', KEYS[1], '*', 'type', ARGV[2], 'body', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 'written'
