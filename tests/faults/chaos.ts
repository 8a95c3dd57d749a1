import { Redis } from 'ioredis';
import type { TestRedis } from '../support/redis.ts';
import type { Balancer } from './balancer.ts';
import { FaultCounts } from './fault-counts.ts';
import type { FaultyDatabase } from './faulty-database.ts';
import type { Instance } from './instances.ts';
import { wait } from './wait.ts';

export interface ChaosOptions {
  readonly instances: readonly Instance[];
  readonly balancer: Balancer;
  readonly redis: TestRedis;
  readonly database: FaultyDatabase;
  readonly random: () => number;
  /** Instances are paused for up to so long. */
  readonly longestPauseMs: number;
  readonly tell: (what: string) => void;
}

/** How often each kind of fault is in a deck that is shuffled; in that of a short run each is once. */
const DECK = {
  kill: 3,
  stop: 3,
  pauseInstance: 3,
  moveClock: 2,
  killRedis: 2,
  rewindRedisClock: 1,
  takeDatabaseAway: 2,
  hangDatabase: 1,
  restoreDatabase: 2,
  cut: 6,
  stick: 4,
  swallow: 4,
} as const;
export type Fault = keyof typeof DECK;

const SHORT_SECONDS = 60;
const MINUTE = 60_000;

/** Breaks things at random for a while; then everything runs. */
export class Chaos {
  readonly counts = new FaultCounts();
  readonly #options: ChaosOptions;
  readonly #mending = new Set<Promise<void>>();
  readonly #failed: unknown[] = [];
  /** ended, or paused */
  readonly #down = new Set<Instance>();
  readonly #faults: Readonly<Record<Fault, () => void>> = {
    kill: () => this.#end('SIGKILL'),
    stop: () => this.#end('SIGTERM'),
    pauseInstance: () => this.#pauseInstance(),
    moveClock: () => this.#moveClock(),
    killRedis: () => this.#killRedis(),
    rewindRedisClock: () => this.#rewindRedisClock(),
    takeDatabaseAway: () => this.#takeDatabaseAway(),
    hangDatabase: () => this.#hangDatabase(),
    restoreDatabase: () => this.#restoreDatabase(),
    cut: () => this.#cut(),
    stick: () => this.#stick(),
    swallow: () => this.#swallow(),
  };
  #deck: Fault[] = [];
  #isRedisUp = true;
  #isDatabaseUp = true;
  #databaseOutages = 0;

  constructor(options: ChaosOptions) {
    this.#options = options;
  }

  /** Breaks something every second or two. Resolves when all of it runs again. @throws what could not be mended */
  async run(seconds: number): Promise<FaultCounts> {
    const { random } = this.#options;
    const until = performance.now() + seconds * 1000;
    this.#copyDatabase();
    while (performance.now() < until) {
      if (this.#deck.length === 0) this.#deck = this.#shuffled(seconds < SHORT_SECONDS);
      const fault = this.#deck.pop();
      if (fault) this.#faults[fault]();
      await wait(400 + random() * 1200);
    }
    while (this.#mending.size > 0) await Promise.all(this.#mending);
    if (this.#failed.length > 0) throw this.#failed[0];
    return this.counts;
  }

  #shuffled(isShort: boolean): Fault[] {
    const { random } = this.#options;
    return (Object.keys(DECK) as Fault[])
      .flatMap((fault) => Array.from({ length: isShort ? 1 : DECK[fault] }, () => ({ fault, at: random() })))
      .sort((a, b) => a.at - b.at)
      .map(({ fault }) => fault);
  }

  #later(mend: () => Promise<void>): void {
    const done = mend()
      .catch((error: unknown) => void this.#failed.push(error))
      .finally(() => this.#mending.delete(done));
    this.#mending.add(done);
  }

  /** One that runs, while another one stays to be connected to. */
  #pick(): Instance | undefined {
    const up = this.#options.instances.filter((instance) => !this.#down.has(instance));
    return up.length < 2 ? undefined : up[Math.floor(this.#options.random() * up.length)];
  }

  #end(signal: 'SIGKILL' | 'SIGTERM'): void {
    const { random, tell } = this.#options;
    const instance = this.#pick();
    if (!instance) return;
    this.counts.add(signal === 'SIGKILL' ? 'kill' : 'stop');
    tell(`${signal} to ${instance.port}`);
    this.#down.add(instance);
    this.#later(async () => {
      await instance.end(signal);
      await wait(random() * 2000);
      await this.#start(instance);
      this.#down.delete(instance);
    });
  }

  /** It does not start without its database, as often as its supervisor tries. */
  async #start(instance: Instance): Promise<void> {
    for (;;) {
      const outages = this.#databaseOutages;
      const wasUp = this.#isDatabaseUp;
      try {
        return await instance.start();
      } catch (error) {
        if (wasUp && outages === this.#databaseOutages) throw error;
        await wait(200);
      }
    }
  }

  #pauseInstance(): void {
    const { random, longestPauseMs, tell } = this.#options;
    const instance = this.#pick();
    if (!instance) return;
    const ms = 1000 + random() ** 2 * (longestPauseMs - 1000);
    this.counts.add('pauseInstance', ms);
    tell(`${instance.port} is paused for ${(ms / 1000).toFixed(1)} s`);
    this.#down.add(instance);
    this.#later(async () => {
      instance.pause();
      await wait(ms);
      instance.resume();
      this.#down.delete(instance);
    });
  }

  /** To between two hours behind the real time and six hours ahead of it. */
  #moveClock(): void {
    const { instances, random, tell } = this.#options;
    const instance = instances[Math.floor(random() * instances.length)];
    if (!instance) return;
    const minutes = Math.round(random() * 480) - 120;
    this.counts.add('moveClock');
    tell(`the clock of ${instance.port} is ${minutes} min ahead`);
    instance.setClock(minutes * MINUTE);
  }

  #killRedis(): void {
    const { redis, random, tell } = this.#options;
    if (!this.#isRedisUp) return;
    this.#isRedisUp = false;
    const ms = random() * 4000;
    this.counts.add('killRedis', ms);
    tell('Redis is killed');
    this.#later(async () => {
      await redis.kill();
      await wait(ms);
      await redis.restart();
      this.#isRedisUp = true;
      tell('Redis is back');
    });
  }

  /** The last fencing token was given by a clock that was two hours ahead. */
  #rewindRedisClock(): void {
    const { redis, tell } = this.#options;
    if (!this.#isRedisUp) return;
    this.counts.add('rewindRedisClock');
    tell("Redis' clock goes back");
    this.#later(async () => {
      const client = new Redis(redis.url, { retryStrategy: () => null, maxRetriesPerRequest: 0 });
      // killed meanwhile: then it has forgotten the token
      client.on('error', () => {});
      try {
        await client.incrby('{tickroom:lease:market}:token', 120 * MINUTE).catch(() => {});
      } finally {
        client.disconnect();
      }
    });
  }

  #onDatabase(what: string, work: (database: FaultyDatabase) => Promise<void>): void {
    if (!this.#isDatabaseUp) return;
    this.#isDatabaseUp = false;
    this.#databaseOutages += 1;
    this.#options.tell(what);
    this.#later(async () => {
      await work(this.#options.database);
      this.#isDatabaseUp = true;
      this.#options.tell('the database is back');
    });
  }

  #takeDatabaseAway(): void {
    const ms = 500 + this.#options.random() * 4500;
    // clients come back meanwhile
    this.#onDatabase('the database is killed', (database) => {
      this.counts.add('takeDatabaseAway', ms);
      this.#cut(0.3);
      return database.goAway(ms);
    });
  }

  #hangDatabase(): void {
    const ms = 500 + this.#options.random() * 4500;
    this.#onDatabase('the database hangs', (database) => {
      this.counts.add('hangDatabase', ms);
      this.#cut(0.3);
      return database.hang(ms);
    });
  }

  #copyDatabase(): void {
    const as = this.#options.random() < 0.5 ? 'disk' : 'database';
    this.#onDatabase(`the database is copied: ${as}`, (database) => database.copy(as));
  }

  #restoreDatabase(): void {
    const { database } = this.#options;
    if (!database.canRestore) {
      this.#deck.unshift('restoreDatabase');
      return;
    }
    this.#onDatabase('an older state of the database is restored', async () => {
      await database.restore();
      const { began = 0, to = 0 } = database.restored.at(-1) ?? {};
      this.counts.add('restoreDatabase', to - began);
      this.#later(async () => {
        await wait(3000);
        while (!this.#isDatabaseUp) await wait(50);
        this.#copyDatabase();
      });
    });
  }

  #cut(share = 0.1): void {
    const { balancer, random } = this.#options;
    this.counts.add('cut', 0, balancer.drop(share, random));
  }

  #stick(): void {
    const { balancer, random } = this.#options;
    const ms = random() * 4000;
    this.counts.add('stick', ms, balancer.pause(0.1, ms, random));
  }

  #swallow(): void {
    const { balancer, random } = this.#options;
    const ms = 500 + random() * 9500;
    this.counts.add('swallow', ms, balancer.swallow(0.1, ms, random));
  }
}
