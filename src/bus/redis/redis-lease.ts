import type { Cluster, Redis } from 'ioredis';
import { jittered } from '../../primitives/backoff.ts';
import type { Lease, LeaseHolder } from '../lease.ts';

export interface RedisLeaseOptions {
  readonly commands: Redis | Cluster;
  readonly key: string;
  /** Who takes part, unique to this start of this process. */
  readonly instance: string;
  /** A holder that does not renew it for so long has lost it. @default 3000 */
  readonly expiryMs?: number;
  /** How often it is renewed, or asked for. @default 600 */
  readonly everyMs?: number;
  /** Redis could not be asked; it is asked again. */
  readonly onError: (error: unknown) => void;
}

/**
 * KEYS: the lease, the last token. ARGV: the instance, how long in ms, 1 to gain it, what a token must exceed. Answers a fencing token to whom has
 * it, else 0: the time of Redis in ms, which rises from holder to holder although Redis forgets everything, and always
 * above the last token, though the clock goes back.
 */
const TAKE_SCRIPT = `
local holder = redis.call('GET', KEYS[1])
if holder ~= ARGV[1] and (holder or ARGV[3] ~= '1') then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
local last = tonumber(redis.call('GET', KEYS[2]) or '0')
local floor = tonumber(ARGV[4])
if holder == ARGV[1] and last > floor then return last end
local time = redis.call('TIME')
local token = math.max(time[1] * 1000 + math.floor(time[2] / 1000), last + 1, floor + 1)
redis.call('SET', KEYS[2], string.format('%.0f', token))
return token
`;
const GIVE_SCRIPT = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`;

/**
 * A lease kept in Redis under an expiry. While Redis cannot be asked whoever has it keeps it, since nobody else can
 * gain it either; a holder that was cut off alone finds out when it is back. A Redis that comes back may have forgotten
 * who that was: the others let it come back first.
 */
export class RedisLease implements Lease {
  readonly #options: RedisLeaseOptions;
  #holder: LeaseHolder | undefined;
  #held = false;
  /** until when nobody else can have it, in ms of `performance.now()` */
  #heldUntil = 0;
  #timer: NodeJS.Timeout | undefined;
  /** it is not gained before, in ms of `performance.now()`; not while Redis cannot be asked */
  #notBefore = 0;
  /** of the holder, as it was gained last */
  #token = 0;
  /** a token must exceed it */
  #floor = 0;

  constructor(options: RedisLeaseOptions) {
    this.#options = options;
  }

  start(holder: LeaseHolder): void {
    this.#holder = holder;
    this.#askIn(0);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#holder = undefined;
    if (!this.#held) return;
    this.#held = false;
    const { commands, key, instance, onError } = this.#options;
    await commands.eval(GIVE_SCRIPT, 1, key, instance).catch(onError);
  }

  async confirm(): Promise<boolean> {
    if (this.#held && performance.now() >= this.#heldUntil) await this.#ask().catch(this.#options.onError);
    return this.#held;
  }

  exceed(token: number): void {
    // the next renewal asks for it
    this.#floor = Math.max(this.#floor, token);
  }

  forfeit(): void {
    if (!this.#held) return;
    this.#floor = Math.max(this.#floor, this.#token);
    this.#held = false;
    this.#holder?.onLost();
  }

  #askIn(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#ask()
        .catch(this.#options.onError)
        .finally(() => {
          if (this.#holder) this.#askIn(jittered(this.#options.everyMs ?? 600));
        });
    }, ms);
  }

  async #ask(): Promise<void> {
    const { commands, key, instance, expiryMs = 3000 } = this.#options;
    const mayGain = this.#held || performance.now() >= this.#notBefore;
    const askedAt = performance.now();
    let token: number;
    try {
      token = Number(
        await commands.eval(
          TAKE_SCRIPT,
          2,
          key,
          tokenKey(key),
          instance,
          expiryMs,
          mayGain ? 1 : 0,
          this.#floor,
        ),
      );
    } catch (error) {
      this.#notBefore = Number.POSITIVE_INFINITY;
      throw error;
    }
    if (this.#notBefore === Number.POSITIVE_INFINITY) this.#notBefore = performance.now() + expiryMs;
    const held = token > 0;
    if (held) this.#heldUntil = askedAt + expiryMs;
    const isRaised = held && this.#held && this.#token <= this.#floor;
    this.#token = token;
    if (!this.#holder || (held === this.#held && !isRaised)) return;
    this.#held = held;
    if (held) this.#holder.onGained(token);
    else this.#holder.onLost();
  }
}

/** In the hash slot of the lease, where a cluster's scripts may use both. */
const tokenKey = (key: string): string => (key.includes('{') ? `${key}:token` : `{${key}}:token`);
