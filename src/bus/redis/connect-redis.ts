import { Redis } from 'ioredis';
import { connectCluster } from './cluster-connection.ts';
import { ANSWER_MS, answered, expectAnswer, inTime, retryStrategy } from './redis-answers.ts';
import type { RedisConnection, RedisConnectionOptions } from './redis-connection.ts';

/**
 * RedisPubSub ends a channel as a pattern too, which it never was: Valkey refuses that. And it hears of no failure,
 * after which there is nothing left to end.
 */
class SubscribedRedis extends Redis {
  override async punsubscribe(): Promise<unknown> {
    return undefined;
  }

  override async unsubscribe(...[channel]: unknown[]): Promise<unknown> {
    return super.unsubscribe(String(channel)).catch(() => {});
  }
}

class PatientRedis extends Redis {
  override sendCommand(...args: Parameters<Redis['sendCommand']>): unknown {
    expectAnswer(args[0]);
    return super.sendCommand(...args);
  }
}

/** Connects, waiting a while for it; then in the background, and again whenever a connection is lost. */
export function connectRedis({ url, onError }: RedisConnectionOptions): Promise<RedisConnection> {
  // a password may have a comma
  const urls = url.split(/,\s*(?=rediss?:)/);
  return urls.length > 1 ? connectCluster({ urls, onError }) : connectOne({ url, onError });
}

async function connectOne({ url, onError }: RedisConnectionOptions): Promise<RedisConnection> {
  const commands = new PatientRedis(url, {
    // what cannot be sent now is refused now: nobody waits for an old price
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    // everything of one turn of the loop leaves together
    enableAutoPipelining: true,
    retryStrategy,
  });
  // a connection that is subscribed may ask nothing else, so not whether Redis is ready either
  const subscriber = new SubscribedRedis(url, {
    enableReadyCheck: false,
    maxRetriesPerRequest: null,
    retryStrategy,
  });
  for (const client of [commands, subscriber]) client.on('error', onError);
  await inTime(
    Promise.all(
      [commands, subscriber].map((client) => new Promise((resolve) => client.once('ready', resolve))),
    ),
  );
  return {
    commands,
    subscriber,
    tells: 'PUBLISH',
    onSubscribed: (listener) => void subscriber.on('ready', listener),
    async settled() {
      await subscriber.ping();
    },
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
