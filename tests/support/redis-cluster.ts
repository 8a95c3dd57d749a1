import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { vi } from 'vitest';
import { freePort } from '../../src/bench/free-port.ts';
import { slotOf } from '../../src/bus/redis/cluster-slots.ts';
import { startRedis, type TestRedis } from './redis.ts';

export interface TestCluster {
  /** of all nodes, as REDIS_URL names them */
  readonly url: string;
  readonly nodes: readonly TestRedis[];
  /** The node that has the slot of a key. */
  ownerOf(key: string): Promise<TestRedis>;
  /**
   * Hands the slot of a key, and what is in it, over to another node.
   * @param keyPauseMs keys go one by one, so long apart, as resharding tools move them; meanwhile a command that needs
   * several of them is refused with TRYAGAIN. @default all keys at once
   */
  move(key: string, keyPauseMs?: number): Promise<void>;
  stop(): Promise<void>;
}

const SLOTS = 16_384;
const SIZE = 3;
/** of all nodes; some of it must be written differently in an address */
const PASSWORD = 'a, b@c';

/** A real Redis Cluster of three nodes, each with a third of the slots; what a node keeps is gone when it is killed. */
export async function startCluster(): Promise<TestCluster> {
  const root = await mkdtemp(path.join(tmpdir(), 'tickroom-cluster-'));
  const started = await Promise.all(
    Array.from({ length: SIZE }, (_, i) => startNode(path.join(root, `${i}.conf`))),
  );
  const nodes = started.map(({ redis }) => redis);
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
    await rm(root, { recursive: true, force: true });
  };
  try {
    await withAdmins(nodes, (admins) =>
      join(
        admins,
        started.map(({ busPort }) => busPort),
      ),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: nodes.map(({ url }) => url).join(),
    nodes,
    async ownerOf(key) {
      const owner = await withAdmins(nodes, (all) => ownerIndex(all, key));
      return nodes[owner] as TestRedis;
    },
    move: (key, keyPauseMs) => withAdmins(nodes, (all) => move(all, key, keyPauseMs)),
    stop,
  };
}

/** Makes one cluster of nodes that do not know each other, and waits until all say so. */
async function join(admins: readonly Redis[], busPorts: readonly number[]): Promise<void> {
  await Promise.all(
    admins.map(async (admin, i) => {
      const first = Math.floor((i * SLOTS) / SIZE);
      await admin.call('CLUSTER', 'ADDSLOTSRANGE', first, Math.floor(((i + 1) * SLOTS) / SIZE) - 1);
      await admin.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1);
    }),
  );
  for (const [i, { options }] of admins.entries()) {
    if (i > 0) {
      await admins[0]?.call('CLUSTER', 'MEET', '127.0.0.1', Number(options.port), Number(busPorts[i]));
    }
  }
  const isWhole = async (admin: Redis): Promise<boolean> => {
    const info = String(await admin.cluster('INFO'));
    return ['state:ok', `known_nodes:${SIZE}`, `slots_assigned:${SLOTS}`].every((line) =>
      info.includes(`cluster_${line}`),
    );
  };
  await vi.waitUntil(async () => (await Promise.all(admins.map(isWhole))).every(Boolean), 20_000);
}

async function startNode(config: string): Promise<{ redis: TestRedis; busPort: number }> {
  const busPort = await freePort();
  // by default its port is one that may not exist: the node's and 10000
  const options = {
    enabled: 'yes',
    'config-file': config,
    port: String(busPort),
    'node-timeout': '1000',
    // as managed ones are often set: nodes go on without the others
    'require-full-coverage': 'no',
  };
  const redis = await startRedis(
    ...Object.entries(options).flatMap(([name, value]) => [`--cluster-${name}`, value]),
    '--requirepass',
    PASSWORD,
  );
  const url = redis.url.replace('//', `//:${encodeURIComponent(PASSWORD)}@`);
  return { redis: { ...redis, url }, busPort };
}

async function withAdmins<T>(
  nodes: readonly TestRedis[],
  use: (admins: readonly Redis[]) => Promise<T>,
): Promise<T> {
  const admins = nodes.map(({ url }) => new Redis(url));
  try {
    return await use(admins);
  } finally {
    for (const admin of admins) admin.disconnect();
  }
}

const idsOf = (admins: readonly Redis[]): Promise<string[]> =>
  Promise.all(admins.map(async (admin) => String(await admin.cluster('MYID'))));

async function ownerIndex(admins: readonly Redis[], key: string): Promise<number> {
  const slot = slotOf(key);
  const ids = await idsOf(admins);
  const ranges = (await admins[0]?.cluster('SLOTS')) ?? [];
  const owner = ranges.find(([first, last]) => first <= slot && slot <= last)?.[2];
  return ids.indexOf(String(owner?.[2]));
}

async function move(admins: readonly Redis[], key: string, keyPauseMs?: number): Promise<void> {
  const slot = slotOf(key);
  const ids = await idsOf(admins);
  const from = await ownerIndex(admins, key);
  const to = (from + 1) % admins.length;
  const [source, target] = [admins[from], admins[to]] as [Redis, Redis];
  await target.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', ids[from] as string);
  await source.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', ids[to] as string);
  const keys = (await source.call('CLUSTER', 'GETKEYSINSLOT', slot, 1000)) as string[];
  const { host, port } = target.options;
  const there = [host as string, port as number, '', 0, 5000, 'AUTH', PASSWORD, 'KEYS'] as const;
  if (keyPauseMs === undefined) {
    if (keys.length > 0) await source.call('MIGRATE', ...there, ...keys);
  } else {
    for (const one of keys) {
      await source.call('MIGRATE', ...there, one);
      await pause(keyPauseMs);
    }
  }
  for (const admin of [target, source, ...admins]) {
    await admin.call('CLUSTER', 'SETSLOT', slot, 'NODE', ids[to] as string);
  }
}
