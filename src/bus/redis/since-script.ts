/**
 * What was published after a position, read in one step. A position of the numbering that `handInScript` has continued
 * by another one leads on there.
 * KEYS: position, history, as publishScript keeps them. ARGV: epoch, sequence, how many are kept.
 * Answers 1 and the events; or 0 and, when some are no longer kept, the newest event, and when the numbering is another
 * one, all of that, as far as they are kept.
 */
export const SINCE_SCRIPT = `
local epoch, newest, formerEpoch, former = unpack(redis.call('HMGET', KEYS[1], 'epoch', 'sequence', 'formerEpoch', 'former'))
local kept = math.min(redis.call('LLEN', KEYS[2]), tonumber(ARGV[3]))
if not epoch or kept == 0 then return {0} end
newest = tonumber(newest)
local missing
if epoch == ARGV[1] then missing = newest - tonumber(ARGV[2]) end
if formerEpoch == ARGV[1] then missing = newest + tonumber(former) - tonumber(ARGV[2]) end
if missing == 0 then return {1} end
if missing and missing > 0 and missing <= kept then return {1, unpack(redis.call('LRANGE', KEYS[2], -missing, -1))} end
local told = 1
if epoch ~= ARGV[1] and (newest <= kept or formerEpoch == ARGV[1]) then told = math.min(newest, kept) end
return {0, unpack(redis.call('LRANGE', KEYS[2], -told, -1))}
`;
