/** A history may grow by so much before it is cut, so that not every event pays for cutting. */
const SLACK = 64;

/**
 * Numbers events, keeps them and tells them, each as one step: whoever hears one finds it in the history. Many at once,
 * as a call costs more than an event does.
 * KEYS: of each event, position (a hash of epoch and sequence) and history (a list, newest last).
 * ARGV: an epoch to begin with, how many to keep, how long an unused topic is kept in ms; then of each event its payload
 * as JSON, its channel, and 1 to begin that time anew.
 * Answers epoch and sequence of each.
 */
export const publishScript = (tells: 'PUBLISH' | 'SPUBLISH'): string => `
local answers = {}
for i = 1, #KEYS / 2 do
  local position, history = KEYS[2 * i - 1], KEYS[2 * i]
  local payload, channel, isKept = ARGV[3 * i + 1], ARGV[3 * i + 2], ARGV[3 * i + 3]
  local epoch = redis.call('HGET', position, 'epoch')
  if not epoch then
    epoch = ARGV[1]
    redis.call('DEL', position, history)
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
return answers
`;
