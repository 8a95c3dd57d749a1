import { startPostgres } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import { seededRandom } from '../support/seeded.ts';
import { SECRET, signFor } from '../support/server.ts';
import { Balancer } from './balancer.ts';
import { plainClient } from './clients.ts';
import { Instance } from './instances.ts';
import { StoredWatcher } from './stored-watcher.ts';
import { Talkers } from './talkers.ts';
import { wait } from './wait.ts';

export interface RollingReport {
  readonly lost: number;
  readonly text: string;
}

const MEMBERS = 100;

/** Replaces three instances one after the other under many clients, as a deployment does. */
export async function rollingRestart(options: {
  readonly clients: number;
  readonly seed: number;
  readonly tell: (what: string) => void;
}): Promise<RollingReport> {
  const { clients: count, seed, tell } = options;
  const random = seededRandom(seed);
  const redis = await startRedis();
  const postgres = await startPostgres();
  await postgres.createDatabase('rolling');
  const env = {
    REDIS_URL: redis.url,
    DATABASE_URL: postgres.url('rolling'),
    AUTH_SECRET: SECRET,
    FEEDS: 'none',
    DRAIN_SECONDS: '10',
  };
  const instances = await Promise.all([1, 2, 3].map(() => Instance.create(env)));
  await Promise.all(instances.map((instance) => instance.start()));
  await using balancer = await Balancer.start(instances.map(({ port }) => port));
  const talkers = await Talkers.create(balancer.url, { rooms: count / MEMBERS, members: MEMBERS, random });
  const reconnects: number[] = [];
  let startedAt = Number.POSITIVE_INFINITY;
  const clients = await Promise.all(
    talkers.users.map(async ({ userId, room }) => {
      const client = plainClient(balancer.url, await signFor(userId), random);
      client.on('connected', () => {
        const second = Math.floor((performance.now() - startedAt) / 1000);
        if (second >= 0) reconnects[second] = (reconnects[second] ?? 0) + 1;
      });
      const watcher = new StoredWatcher(client, {
        query: 'subscription ($room: ID!) { roomMessages(roomId: $room) { message { id sequence } } }',
        variables: { room },
      });
      return { client, watcher, room };
    }),
  );
  for (let i = 0; i < 100 && !clients.every(({ watcher }) => watcher.last !== undefined); i += 1) {
    await talkers.sayOnce();
    await wait(500);
  }
  tell(`${count} clients hear`);
  startedAt = performance.now();
  const talking = talkers.talk();
  for (const instance of instances) {
    tell(`replacing ${instance.port}`);
    await instance.end('SIGTERM');
    await instance.start();
    await wait(1000);
  }
  await talkers.stop();
  await talking;
  const { rooms: heads } = await talkers.heads();
  const lagging = () => clients.filter(({ watcher, room }) => watcher.last !== heads.get(room));
  for (let i = 0; i < 150 && lagging().length > 0; i += 1) await wait(200);
  const gaps = clients.flatMap(({ watcher }) => watcher.problems);
  const lost = lagging().length + gaps.length;
  const repeated = clients.reduce((sum, { watcher }) => sum + watcher.repeated, 0);
  const failures = instances.flatMap((instance) => instance.failures);
  await Promise.all(clients.map(({ client }) => client.dispose()));
  await Promise.all(instances.map((instance) => instance.end('SIGKILL')));
  await redis.stop();
  await postgres.stop();
  const seconds = Array.from({ length: reconnects.length }, (_, i) => reconnects[i] ?? 0);
  const most = Math.max(...seconds);
  const bars = seconds.map(
    (n, i) => `${String(i).padStart(4)} s ${String(n).padStart(5)} ${'█'.repeat(Math.ceil((n / most) * 50))}`,
  );
  const messages = [...heads.values()].reduce((sum, head) => sum + head, 0);
  return {
    lost: lost + failures.length,
    text: [
      'reconnects a second',
      ...bars,
      `${count} clients, ${messages} messages in ${heads.size} rooms: ${lost} clients that miss something, ${repeated} frames twice, at most ${most} reconnects a second`,
      ...gaps.slice(0, 5),
      ...failures.slice(0, 5),
    ].join('\n'),
  };
}
