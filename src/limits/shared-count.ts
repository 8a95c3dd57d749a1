import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { RATE_WINDOW_MS } from './limit-settings.ts';

/** A count per key that all instances share. */
export interface SharedCount {
  /**
   * Adds to a key's count of this window.
   * @returns 0, or for how many ms the limit is used up; 0 too while nothing can be counted
   */
  add(key: string, count: number): Promise<number>;
}

export interface RedisCountOptions {
  /** A connection to Redis. */
  readonly redis: object;
  /** Begins all its keys. */
  readonly prefix: string;
  /** how many in 10 s */
  readonly most: number;
  /** Whether Redis is there: while it is not, it is not asked. */
  readonly isReachable: () => boolean;
}

/** Counts in Redis. */
export class RedisCount implements SharedCount {
  readonly #limiter: RateLimiterRedis;
  readonly #isReachable: () => boolean;

  constructor({ redis, prefix, most, isReachable }: RedisCountOptions) {
    this.#isReachable = isReachable;
    this.#limiter = new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: prefix,
      points: most,
      duration: RATE_WINDOW_MS / 1000,
      rejectIfRedisNotReady: true,
    });
  }

  async add(key: string, count: number): Promise<number> {
    if (!this.#isReachable()) return 0;
    try {
      await this.#limiter.consume(key, count);
      return 0;
    } catch (error) {
      // the library throws what is no error when there is too much
      if (error instanceof RateLimiterRes) return Math.max(1, error.msBeforeNext);
      throw error;
    }
  }
}
