import type { Bus } from '../bus.ts';
import { type Lease, soleLease } from '../lease.ts';
import { MemoryBus } from '../memory/memory-bus.ts';
import { connectRedis } from '../redis/connect-redis.ts';
import { outageOf } from '../redis/outage.ts';
import { RedisBus } from '../redis/redis-bus.ts';
import { RedisLease } from '../redis/redis-lease.ts';
import { FailoverBus } from './failover-bus.ts';
import type { OnRefused } from './outage-backlog.ts';

export interface OpenBusOptions {
  /** of Redis, or of nodes of one cluster with commas between them; undefined: this process is alone */
  readonly url: string | undefined;
  /** Begins everything kept in Redis. */
  readonly prefix: string;
  /** Unique to this start of this process. */
  readonly instance: string;
  /** Redis turned out to be away, or to be back; told once each. */
  readonly onReachable: (isReachable: boolean) => void;
  /** Events that each matter will never be told at other instances. */
  readonly onLost: (topic: string, count: number) => void;
  readonly onRefused: OnRefused;
  readonly onError: (error: unknown) => void;
}

/** What joins instances into one server. */
export interface OpenedBus extends AsyncDisposable {
  readonly bus: Bus;
  /** The connection to Redis, or to a cluster, that commands go over, for those who count there; undefined: there is none. */
  readonly redis: object | undefined;
  /** Something that at most one instance has at a time. */
  lease(name: string): Lease;
}

/** The bus for one process or for many. A Redis that is away at the start is used as soon as it is there. */
export async function openBus(options: OpenBusOptions): Promise<OpenedBus> {
  const { url, prefix, instance, onReachable, onLost, onError } = options;
  if (url === undefined) {
    const bus = new MemoryBus();
    return {
      bus,
      redis: undefined,
      lease: soleLease,
      [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose](),
    };
  }
  const onOutage = (error: unknown): void => onError(outageOf(error));
  const redis = await connectRedis({ url, onError: onOutage });
  const bus = new FailoverBus({
    remote: new RedisBus({ redis, prefix, onError }),
    onReachable,
    onLost,
    onRefused: options.onRefused,
    onError: onOutage,
  });
  return {
    bus,
    redis: redis.commands,
    lease: (name) =>
      new RedisLease({
        commands: redis.commands,
        key: `${prefix}:lease:${name}`,
        instance,
        onError: onOutage,
      }),
    async [Symbol.asyncDispose]() {
      await bus[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
    },
  };
}
