/**
 * Numbers an event, keeps it and tells it, as one step: whoever hears it finds it in the history.
 * KEYS: position (a hash of epoch and sequence), history (a list, newest last); both of one cluster slot.
 * ARGV: payload as JSON, an epoch to begin with, how many to keep, the channel, how long an unused topic is kept in ms.
 */
export const PUBLISH_SCRIPT = `
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if not epoch or redis.call('EXISTS', KEYS[2]) == 0 then
  epoch = ARGV[2]
  redis.call('DEL', KEYS[1], KEYS[2])
  redis.call('HSET', KEYS[1], 'epoch', epoch)
end
local sequence = redis.call('HINCRBY', KEYS[1], 'sequence', 1)
local event = '{"epoch":"' .. epoch .. '","sequence":' .. string.format('%.0f', sequence) .. ',"payload":' .. ARGV[1] .. '}'
redis.call('RPUSH', KEYS[2], event)
redis.call('LTRIM', KEYS[2], -tonumber(ARGV[3]), -1)
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
redis.call('PUBLISH', ARGV[4], event)
return {epoch, sequence}
`;
