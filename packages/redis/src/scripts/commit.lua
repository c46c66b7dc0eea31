-- One step of a shard: everything that a batch of events changed, or nothing when the lease is lost.
-- Answers the ids of the outbox entries.
-- KEYS: lease, inbox, watermark, timers, outbox, names, count of commits under the lease.
-- ARGV is one flat list, read from front to back (commit-arguments.ts writes it); every list is preceded by its length.
-- The workflows' own keys come in ARGV: they have the shard's hash tag, so they are in the slot of KEYS.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end

local inboxKey, watermarkKey, timersKey, outboxKey, namesKey = KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]

-- Lua passes at most some 8,000 arguments to a call, and a change-log entry must stay small enough to be read in one piece.
local PAIRS_PER_CALL = 1000
local NODES_PER_LOG_ENTRY = 100

local position = 1
local function take()
  position = position + 1
  return ARGV[position]
end
local function takeNumber()
  return tonumber(take())
end

local inboxThroughId, inboxMinId, channel = take(), take(), take()
local logEntriesMax, finishedLogMs, afterCommits = take(), take(), take()

-- A server that came back without its last second has lost commits that the owner's memory holds.
if afterCommits ~= '' and (redis.call('GET', KEYS[7]) or '0') ~= afterCommits then
  return 0
end
redis.call('INCR', KEYS[7])

-- The timer's member in the shard's zset is "<uid> <timer id>"; a uid holds no space.
for _ = 1, takeNumber() do
  local uid, timerId, dueAtMs, workflowTimersKey = take(), take(), takeNumber(), take()
  local member = uid .. ' ' .. timerId
  local score = redis.call('ZSCORE', timersKey, member)
  -- A timer that was moved since it was read has not fired.
  if score and tonumber(score) == dueAtMs then
    redis.call('ZREM', timersKey, member)
    redis.call('SREM', workflowTimersKey, timerId)
  end
end

local changed = {}

for _ = 1, takeNumber() do
  local uid, recordKey, nodesKey, workflowTimersKey, logKey = take(), take(), take(), take(), take()

  if take() == '1' then
    local bundle, submittedAtMs, namespace, name = take(), take(), take(), take()
    redis.call('HSET', recordKey, 'bundle', bundle, 'submittedAtMs', submittedAtMs,
      'namespace', namespace, 'name', name)
  end

  local header, finished = take(), take() == '1'
  if header ~= '' then
    redis.call('HSET', recordKey, 'header', header)
  end

  -- The change log gets the same texts as the workflow, under short names: p(revious id), h(eader), n(ode), r(emoved id).
  local previousLogId = redis.call('HGET', recordKey, 'logId') or ''
  local logEntry, logEntryNodes
  local function openLogEntry()
    logEntry, logEntryNodes = { 'MAXLEN', '~', logEntriesMax, '*', 'p', previousLogId }, 0
  end
  local function closeLogEntry()
    if #logEntry > 6 then
      previousLogId = redis.call('XADD', logKey, unpack(logEntry))
    end
    openLogEntry()
  end
  local function log(field, value)
    if logEntryNodes >= NODES_PER_LOG_ENTRY then
      closeLogEntry()
    end
    logEntry[#logEntry + 1], logEntry[#logEntry + 2] = field, value
    logEntryNodes = logEntryNodes + 1
  end
  openLogEntry()
  if header ~= '' then
    log('h', header)
  end

  local pairsOfCall = {}
  for _ = 1, takeNumber() do
    local id, node = take(), take()
    pairsOfCall[#pairsOfCall + 1], pairsOfCall[#pairsOfCall + 2] = id, node
    if #pairsOfCall >= 2 * PAIRS_PER_CALL then
      redis.call('HSET', nodesKey, unpack(pairsOfCall))
      pairsOfCall = {}
    end
    log('n', node)
  end
  if #pairsOfCall > 0 then
    redis.call('HSET', nodesKey, unpack(pairsOfCall))
  end
  for _ = 1, takeNumber() do
    local id = take()
    redis.call('HDEL', nodesKey, id)
    log('r', id)
  end

  for _ = 1, takeNumber() do
    local timerId, dueAtMs = take(), take()
    if dueAtMs ~= '' then
      redis.call('ZADD', timersKey, dueAtMs, uid .. ' ' .. timerId)
      redis.call('SADD', workflowTimersKey, timerId)
    else
      redis.call('ZREM', timersKey, uid .. ' ' .. timerId)
      redis.call('SREM', workflowTimersKey, timerId)
    end
  end

  local deleted = take() == '1'
  local names = redis.call('HMGET', recordKey, 'namespace', 'name')
  if deleted then
    log('d', '1')
  end
  closeLogEntry()

  if deleted then
    if names[1] then
      local nameInNamespace = names[1] .. '/' .. names[2]
      if redis.call('HGET', namesKey, nameInNamespace) == uid then
        redis.call('HDEL', namesKey, nameInNamespace)
      end
    end
    for _, timerId in ipairs(redis.call('SMEMBERS', workflowTimersKey)) do
      redis.call('ZREM', timersKey, uid .. ' ' .. timerId)
    end
    redis.call('UNLINK', recordKey, nodesKey, workflowTimersKey)
    -- Those who follow the workflow still have to read that it is gone.
    redis.call('XTRIM', logKey, 'MAXLEN', 1)
    redis.call('PEXPIRE', logKey, finishedLogMs)
  else
    if previousLogId ~= '' then
      redis.call('HSET', recordKey, 'logId', previousLogId)
    end
    if header ~= '' then
      -- Nobody follows a finished workflow for long, and its log repeats what its hash holds.
      if finished then
        redis.call('PEXPIRE', logKey, finishedLogMs)
      else
        redis.call('PERSIST', logKey)
      end
    end
  end

  if names[1] then
    changed[#changed + 1] = names[1] .. ' ' .. uid
  end
end

local outboxIds = {}
for _ = 1, takeNumber() do
  outboxIds[#outboxIds + 1] = redis.call('XADD', outboxKey, '*', 'message', take())
end

if inboxThroughId ~= '' then
  redis.call('SET', watermarkKey, inboxThroughId)
  redis.call('XTRIM', inboxKey, 'MINID', '~', inboxMinId)
end
if #changed > 0 then
  redis.call('PUBLISH', channel, table.concat(changed, '\n'))
end
return outboxIds
