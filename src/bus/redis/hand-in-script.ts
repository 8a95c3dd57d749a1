/**
 * Continues a topic by what one process published while Redis was away, under the numbering that it gave. Done again it
 * adds what is not there yet; whoever stands in the numbering before finds on, see `SINCE_SCRIPT`.
 *
 * Redis may have taken events that were under way when it went away: they are the first ones handed in, and nobody else
 * publishes here, so that how far the topic stands says which. If it stands anywhere else somebody else has published:
 * then nothing is handed in, and the numbers of what is lost are left out, which all who hear the next event see.
 *
 * KEYS: position, history, as publishScript keeps them.
 * ARGV: the epoch handed in, sequences of the first and last event; epoch and sequence that Redis was left at ('' and 0:
 * nothing was there; '' and -1: not known), how many were under way; how many events to keep, how long an unused topic is kept in ms, the channel;
 * a fencing token or ''; 1 when nothing is missing before the events, 0 when something may be; payloads as JSON.
 * Answers 1; 0 when nothing was handed in; -1 when somebody with a higher token leads: then nothing is changed.
 */
export const handInScript = (tells: 'PUBLISH' | 'SPUBLISH'): string => `
local position, history = KEYS[1], KEYS[2]
local own, first, last = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local leftEpoch, left, underWay = ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
local function event(epoch, sequence, i)
  return '{"epoch":"' .. epoch .. '","sequence":' .. string.format('%.0f', sequence) .. ',"payload":' .. ARGV[12 + i - first] .. '}'
end
local token = ARGV[10]
local epoch, found, fence = unpack(redis.call('HMGET', position, 'epoch', 'sequence', 'token'))
if token ~= '' and fence and tonumber(fence) > tonumber(token) then return -1 end
found = tonumber(found or 0)
local kept = 0
if not epoch then
  redis.call('DEL', position, history)
elseif epoch == own then
  if found >= last then return 1 end
  kept = found
elseif left >= 0 then
  local taken = found - left
  -- where there was nothing, what is there now may be what was under way
  if leftEpoch == '' then leftEpoch = epoch end
  local isLeft = epoch == leftEpoch and taken >= 0 and taken <= underWay
  if isLeft and taken >= first then isLeft = redis.call('LINDEX', history, -1) == event(epoch, found, taken) end
  if not isLeft then
    -- one more, so that the event that stays is never taken for one of those left out
    redis.call('LTRIM', history, -1, -1)
    redis.call('HINCRBY', position, 'sequence', last + 1)
    return 0
  end
  if taken > 0 then redis.call('LTRIM', history, 0, -taken - 1) end
else
  leftEpoch, left = epoch, found
end
if first > kept + 1 then redis.call('DEL', history) end
for i = math.max(first, kept + 1), last do redis.call('RPUSH', history, event(own, i, i)) end
redis.call('LTRIM', history, -tonumber(ARGV[7]), -1)
if epoch ~= own then
  redis.call('HSET', position, 'epoch', own)
  if ARGV[11] == '1' then
    redis.call('HSET', position, 'formerEpoch', leftEpoch, 'former', math.max(left, 0))
  else
    redis.call('HDEL', position, 'formerEpoch', 'former')
  end
end
redis.call('HSET', position, 'sequence', last)
if token ~= '' then redis.call('HSET', position, 'token', token) end
redis.call('PEXPIRE', position, ARGV[8])
redis.call('PEXPIRE', history, ARGV[8])
redis.call('${tells}', ARGV[9], '{"epoch":"' .. own .. '","sequence":' .. string.format('%.0f', last) .. '}')
return 1
`;
