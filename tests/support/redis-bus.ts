import { FailoverBus } from '../../src/bus/failover/failover-bus.ts';
import { connectRedis } from '../../src/bus/redis/connect-redis.ts';
import { RedisBus } from '../../src/bus/redis/redis-bus.ts';
import type { RedisConnection } from '../../src/bus/redis/redis-connection.ts';

interface Options {
  readonly prefix?: string;
  readonly historyLength?: number;
  readonly onError?: (error: unknown) => void;
}

interface FailoverOptions extends Options {
  readonly onLost?: (topic: string, count: number) => void;
}

const ignore = (): void => {};

/** A bus with a connection of its own. */
class OwnRedisBus extends RedisBus {
  readonly #redis: RedisConnection;

  constructor(options: ConstructorParameters<typeof RedisBus>[0]) {
    super(options);
    this.#redis = options.redis;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await this.#redis[Symbol.asyncDispose]();
  }
}

export async function openRedisBus(url: string, options: Options = {}): Promise<RedisBus> {
  const { onError = ignore } = options;
  return new OwnRedisBus({ redis: await connectRedis({ url, onError }), ...options, onError });
}

export async function openFailoverBus(url: string, options: FailoverOptions = {}): Promise<FailoverBus> {
  const { onLost = () => {} } = options;
  return new FailoverBus({ remote: await openRedisBus(url, options), onLost, onError: ignore });
}
