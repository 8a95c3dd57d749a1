/** A history may grow by so much before it is cut, so that not every event pays for cutting. */
const SLACK = 64;

/**
 * Numbers events, keeps them and tells them, each as one step: whoever hears one finds it in the history. Many at once,
 * as a call costs more than an event does.
 * KEYS: of each event, position (a hash of epoch and sequence) and history (a list, newest last).
 * ARGV: an epoch to begin with, how many to keep, how long an unused topic is kept in ms; then of each event its payload
 * as JSON, its channel, 1 to begin that time anew, and a fencing token or ''. An event whose token is below the topic's
 * is refused: whoever has it no longer leads. A higher one is the topic's from then on.
 * Answers epoch and sequence of each; '' and -1: refused.
 */
export const publishScript = (tells: 'PUBLISH' | 'SPUBLISH'): string => `
local answers = {}
for i = 1, #KEYS / 2 do
  local position, history = KEYS[2 * i - 1], KEYS[2 * i]
  local payload, channel, isKept, token = ARGV[4 * i], ARGV[4 * i + 1], ARGV[4 * i + 2], ARGV[4 * i + 3]
  local epoch, fence = unpack(redis.call('HMGET', position, 'epoch', 'token'))
  local isRefused = token ~= '' and fence and tonumber(fence) > tonumber(token)
  if isRefused then
    answers[2 * i - 1] = ''
    answers[2 * i] = -1
  else
  if token ~= '' and token ~= fence then redis.call('HSET', position, 'token', token) end
  if not epoch then
    epoch = ARGV[1]
    redis.call('DEL', history)
    redis.call('HDEL', position, 'sequence', 'formerEpoch', 'former')
    redis.call('HSET', position, 'epoch', epoch)
    isKept = '1'
  end
  local sequence = redis.call('HINCRBY', position, 'sequence', 1)
  local function event()
    return '{"epoch":"' .. epoch .. '","sequence":' .. string.format('%.0f', sequence) .. ',"payload":' .. payload .. '}'
  end
  local length = redis.call('RPUSH', history, event())
  if length == 1 and sequence > 1 then
    -- the history was evicted: what was numbered before leads nowhere
    epoch, sequence, isKept = ARGV[1], 1, '1'
    redis.call('HSET', position, 'epoch', epoch, 'sequence', 1)
    redis.call('HDEL', position, 'formerEpoch', 'former')
    redis.call('LSET', history, 0, event())
  end
  if length > tonumber(ARGV[2]) + ${SLACK} then redis.call('LTRIM', history, -tonumber(ARGV[2]), -1) end
  if isKept == '1' then
    redis.call('PEXPIRE', position, ARGV[3])
    redis.call('PEXPIRE', history, ARGV[3])
  end
  redis.call('${tells}', channel, event())
  answers[2 * i - 1] = epoch
  answers[2 * i] = sequence
  end
end
return answers
`;

/**
 * Forgets the numbering of a topic and what is kept of it, so that the next event begins another one.
 * KEYS: position, history. ARGV: how long an unused topic is kept in ms.
 */
export const RENUMBER_SCRIPT = `
local fence = redis.call('HGET', KEYS[1], 'token')
redis.call('DEL', KEYS[1], KEYS[2])
if not fence then return end
redis.call('HSET', KEYS[1], 'token', fence)
redis.call('PEXPIRE', KEYS[1], ARGV[1])
`;

/**
 * Raises the fencing token of a topic, before anything is published there under it.
 * KEYS: position. ARGV: the token, how long an unused topic is kept in ms.
 */
export const RAISE_SCRIPT = `
local fence = redis.call('HGET', KEYS[1], 'token')
if fence and tonumber(fence) >= tonumber(ARGV[1]) then return end
redis.call('HSET', KEYS[1], 'token', ARGV[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
`;
