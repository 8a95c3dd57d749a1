import type { TestRedis } from '../support/redis.ts';
import type { Balancer } from './balancer.ts';
import type { Instance } from './instances.ts';

export interface ChaosOptions {
  readonly instances: readonly Instance[];
  readonly balancer: Balancer;
  readonly redis: TestRedis;
  readonly random: () => number;
  readonly tell: (what: string) => void;
}

export type ChaosCounts = Record<'kills' | 'stops' | 'redis' | 'drops' | 'pauses', number>;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Breaks something every second or two, until the time is over; then everything runs. */
export async function chaos(seconds: number, options: ChaosOptions): Promise<ChaosCounts> {
  const { instances, balancer, redis, random, tell } = options;
  const counts: ChaosCounts = { kills: 0, stops: 0, redis: 0, drops: 0, pauses: 0 };
  const until = performance.now() + seconds * 1000;
  const mending = new Set<Promise<void>>();
  /** being ended and started again */
  const down = new Set<Instance>();
  let redisIsUp = true;
  const later = (mend: () => Promise<void>): void => {
    const done = mend().finally(() => mending.delete(done));
    mending.add(done);
  };
  const endOne = (signal: 'SIGKILL' | 'SIGTERM'): void => {
    const up = instances.filter((instance) => !down.has(instance));
    const instance = up[Math.floor(random() * up.length)];
    // somebody stays to be connected to
    if (!instance || up.length < 2) return;
    counts[signal === 'SIGKILL' ? 'kills' : 'stops'] += 1;
    tell(`${signal} to ${instance.port}`);
    down.add(instance);
    later(async () => {
      await instance.end(signal);
      await wait(random() * 2000);
      await instance.start();
      down.delete(instance);
    });
  };
  const restartRedis = (): void => {
    if (!redisIsUp) return;
    redisIsUp = false;
    counts.redis += 1;
    tell('Redis is killed');
    later(async () => {
      await redis.kill();
      await wait(random() * 4000);
      await redis.restart();
      redisIsUp = true;
      tell('Redis is back');
    });
  };
  while (performance.now() < until) {
    const what = random();
    if (what < 0.15) endOne('SIGKILL');
    else if (what < 0.3) endOne('SIGTERM');
    else if (what < 0.4) restartRedis();
    else if (what < 0.7) counts.drops += balancer.drop(0.1, random);
    else counts.pauses += balancer.pause(0.1, random() * 4000, random);
    await wait(500 + random() * 1500);
  }
  await Promise.all(mending);
  return counts;
}
