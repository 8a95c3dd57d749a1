import { Redis } from 'ioredis';

const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 1000;
/** A Redis that does not answer for so long is taken for one that is away. */
const ANSWER_MS = 2000;
/** A start waits so long for Redis, and goes on without it. */
const CONNECT_MS = 3000;

/** Growing pauses, spread so that many instances do not come back in one moment. */
const retryStrategy = (attempt: number): number =>
  Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempt, 10), LONGEST_RETRY_MS) * (0.5 + Math.random() / 2);

export interface RedisConnectionOptions {
  readonly url: string;
  /** A connection failed; it is made again by itself. */
  readonly onError: (error: unknown) => void;
}

/** The two connections that one process has to Redis: one asks, and one is subscribed, which may ask nothing. */
export interface RedisConnection extends AsyncDisposable {
  readonly commands: Redis;
  readonly subscriber: Redis;
  /** @throws when Redis does not take a write and deliver in time */
  probe(key: string): Promise<void>;
}

/** Connects, waiting a while for it; then in the background, and again whenever a connection is lost. */
export async function connectRedis({ url, onError }: RedisConnectionOptions): Promise<RedisConnection> {
  const commands = new Redis(url, {
    // what cannot be sent now is refused now: nobody waits for an old price
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: ANSWER_MS,
    // everything of one turn of the loop leaves together
    enableAutoPipelining: true,
    retryStrategy,
  });
  // a connection that is subscribed may ask nothing else, so not whether Redis is ready either
  const subscriber = new Redis(url, { enableReadyCheck: false, maxRetriesPerRequest: null, retryStrategy });
  for (const client of [commands, subscriber]) client.on('error', onError);
  await ready([commands, subscriber]);
  return {
    commands,
    subscriber,
    async probe(key) {
      await commands.set(key, '', 'PX', ANSWER_MS);
      await answered(subscriber);
    },
    async [Symbol.asyncDispose]() {
      commands.disconnect();
      subscriber.disconnect();
    },
  };
}

async function ready(clients: readonly Redis[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CONNECT_MS);
  });
  await Promise.race([
    Promise.all(clients.map((client) => new Promise((resolve) => client.once('ready', resolve)))),
    late,
  ]);
  clearTimeout(timer);
}

/** A connection that the peer has forgotten looks open for minutes: one that does not answer is made anew. */
async function answered(client: Redis): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      client.disconnect(true);
      reject(new Error('Redis does not answer the subscribed connection.'));
    }, ANSWER_MS);
  });
  try {
    await Promise.race([client.ping(), late]);
  } finally {
    clearTimeout(timer);
  }
}
