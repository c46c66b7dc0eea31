-- The ids of the first inbox entry after the watermark and of the first outbox message after one; an empty text where there is none. Entries may be
-- large, so they are not sent.
-- KEYS: inbox, watermark, outbox.  ARGV: the outbox id.
local function first_after(stream, id)
  local from = '-'
  if id and id ~= '' then
    from = '(' .. id
  end
  local entry = redis.call('XRANGE', stream, from, '+', 'COUNT', 1)[1]
  return entry and entry[1] or ''
end
return { first_after(KEYS[1], redis.call('GET', KEYS[2])), first_after(KEYS[3], ARGV[1]) }
