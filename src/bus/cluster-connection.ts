import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { tagOfEachOwner } from './cluster-slots.ts';
import { ClusterSubscriber } from './cluster-subscriber.ts';
import { ANSWER_MS, inTime, retryStrategy } from './redis-answers.ts';
import type { RedisConnection } from './redis-connection.ts';

export interface ClusterConnectionOptions {
  /** of some of its nodes; the others are found through them. User, password and TLS of the first are those of all. */
  readonly urls: readonly string[];
  /** A connection failed; it is made again by itself. */
  readonly onError: (error: unknown) => void;
}

/** A node that is away for longer is asked for anew: it may have another address. */
const RETRIES = 20;
const REFRESH_MS = 2000;
const REDIRECTIONS = 5;
const REDIRECT_MS = 50;

/** Connects to a Redis Cluster. One that lacks a node that takes writes is taken for one that is away. */
export async function connectCluster({ urls, onError }: ClusterConnectionOptions): Promise<RedisConnection> {
  const addresses = urls.map((url) => new URL(url));
  const access = accessOf(addresses);
  const cluster = new Cluster(
    addresses.map((address) => ({ host: hostOf(address), port: Number(address.port || 6379) })),
    {
      // as with one Redis, what cannot be sent now is refused now
      enableOfflineQueue: false,
      retryDelayOnClusterDown: 0,
      // what never left, as its node is being connected to, is tried again for a moment; what did leave is not
      retryDelayOnFailover: REDIRECT_MS,
      maxRedirections: REDIRECTIONS,
      // no pipelining by itself: what moved is sent after its slot alone, not in a pipeline with other writes
      redisOptions: {
        ...access,
        commandTimeout: ANSWER_MS,
        connectTimeout: ANSWER_MS,
        maxRetriesPerRequest: 0,
      },
      clusterRetryStrategy: retryStrategy,
      clusterNodeRetryStrategy: (attempt) => (attempt > RETRIES ? null : retryStrategy(attempt)),
      slotsRefreshTimeout: ANSWER_MS,
      slotsRefreshInterval: REFRESH_MS,
      // the probe finds out, and says more
      enableReadyCheck: false,
      // a certificate is of a name
      ...(access.tls && { dnsLookup: (name, found) => found(null, name) }),
    },
  );
  cluster.on('error', onError);
  cluster.on('node error', onError);
  cluster.on('+node', (node: Redis) => {
    // a node that is connected to at its first command refuses the second
    if (node.status === 'wait') node.connect().catch(onError);
  });
  const subscriber = new ClusterSubscriber({
    cluster,
    connect: (node) =>
      new Redis({
        ...access,
        ...nodeAddress(node),
        enableReadyCheck: false,
        autoResubscribe: false,
        maxRetriesPerRequest: null,
        retryStrategy,
      }),
    onError,
  });
  await inTime(connected(cluster, subscriber));
  return {
    commands: cluster,
    // all that RedisPubSub uses of it is there
    subscriber: subscriber as object as Cluster,
    tells: 'SPUBLISH',
    onSubscribed: (listener) => void subscriber.on('ready', listener),
    settled: () => subscriber.settled(),
    async probe(key) {
      const write = (tag: string): Promise<unknown> => cluster.set(`${key}:{${tag}}`, '', 'PX', ANSWER_MS);
      const tags = tagOfEachOwner(cluster);
      try {
        await Promise.all((tags.length > 0 ? tags : ['']).map(write));
        await subscriber.probe();
      } catch (error) {
        cluster.refreshSlotsCache();
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      subscriber.disconnect();
      cluster.disconnect();
    },
  };
}

async function connected(cluster: Cluster, subscriber: ClusterSubscriber): Promise<void> {
  await new Promise((resolve) => cluster.once('ready', resolve));
  await Promise.all(cluster.nodes('master').map((node) => node.ping()));
  await subscriber.probe();
}

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');

function accessOf([first, ...others]: readonly URL[]): RedisOptions {
  const isSecure = [first, ...others].some((address) => address?.protocol === 'rediss:');
  return {
    ...(first?.username && { username: decodeURIComponent(first.username) }),
    ...(first?.password && { password: decodeURIComponent(first.password) }),
    ...(isSecure && { tls: {} }),
  };
}

function nodeAddress(node: string): RedisOptions {
  const at = node.lastIndexOf(':');
  return { host: node.slice(0, at), port: Number(node.slice(at + 1)) };
}
