import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { tagOfEachOwner } from './cluster-slots.ts';
import { ClusterSubscriber } from './cluster-subscriber.ts';
import { ANSWER_MS, expectAnswer, inTime, retryStrategy } from './redis-answers.ts';
import type { RedisConnection } from './redis-connection.ts';

export interface ClusterConnectionOptions {
  /** of some of its nodes; the others are found through them. The first has the user and password of all. */
  readonly urls: readonly string[];
  /** A connection failed; it is made again by itself. */
  readonly onError: (error: unknown) => void;
}

const REFRESH_MS = 2000;
const REDIRECTIONS = 5;

/** Refuses now what it cannot send now, as with one Redis; a node that is being connected to is waited for. */
class PromptCluster extends Cluster {
  override sendCommand(...args: Parameters<Cluster['sendCommand']>): unknown {
    const [command] = args;
    if (this.status === 'ready' || command.name === 'cluster') {
      expectAnswer(command);
      return super.sendCommand(...args);
    }
    command.reject(new Error('The cluster cannot be reached.'));
    return command.promise;
  }
}

/** Connects to a Redis Cluster. One that lacks a node that takes writes is taken for one that is away. */
export async function connectCluster({ urls, onError }: ClusterConnectionOptions): Promise<RedisConnection> {
  const addresses = urls.map((url) => new URL(url));
  const access = accessOf(addresses);
  const cluster = new PromptCluster(
    addresses.map((address) => ({ host: hostOf(address), port: Number(address.port || 6379) })),
    {
      // what may have been done already is not tried again: it would be published twice
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      maxRedirections: REDIRECTIONS,
      // no pipelining by itself: what moved is sent after its slot alone, not in a pipeline with other writes
      redisOptions: { ...access, connectTimeout: ANSWER_MS },
      clusterRetryStrategy: retryStrategy,
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
  // one that lacks a node is connected to as well: the probe tells that it is away
  await inTime(connected(cluster, subscriber).catch(onError));
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

function accessOf(addresses: readonly URL[]): RedisOptions {
  const [first] = addresses;
  const isSecure = addresses.some(({ protocol }) => protocol === 'rediss:');
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
