import type { Cluster, Redis } from 'ioredis';

export interface RedisConnectionOptions {
  /** One address, or several of one Redis Cluster with commas between them. */
  readonly url: string;
  /** A connection failed; it is made again by itself. */
  readonly onError: (error: unknown) => void;
}

/** The connections of one process to Redis: one for commands, and one for subscriptions, which takes no commands. */
export interface RedisConnection extends AsyncDisposable {
  readonly commands: Redis | Cluster;
  readonly subscriber: Redis | Cluster;
  /** The command that publishes to a channel; in a cluster only subscribers at the node of its slot receive it. */
  readonly tells: 'PUBLISH' | 'SPUBLISH';
  /** Calls back when a subscribed connection was made anew and its subscriptions were sent. */
  onSubscribed(listener: () => void): void;
  /** Resolves when all subscriptions that were sent stand. */
  settled(): Promise<void>;
  /**
   * @param key begins what is written
   * @throws when Redis does not take a write and deliver in time
   */
  probe(key: string): Promise<void>;
}
