/**
 * What was published after a position, read in one step.
 * KEYS: position, history, as publishScript keeps them. ARGV: epoch, sequence, how many are kept.
 * Answers 1 and the events, or 0 and the newest event when some are no longer kept or the epoch is another one.
 */
export const SINCE_SCRIPT = `
local epoch, newest = unpack(redis.call('HMGET', KEYS[1], 'epoch', 'sequence'))
local kept = math.min(redis.call('LLEN', KEYS[2]), tonumber(ARGV[3]))
if not epoch or kept == 0 then return {0} end
local missing = tonumber(newest) - tonumber(ARGV[2])
if epoch ~= ARGV[1] or missing < 0 or missing > kept then return {0, redis.call('LINDEX', KEYS[2], -1)} end
if missing == 0 then return {1} end
return {1, unpack(redis.call('LRANGE', KEYS[2], -missing, -1))}
`;
