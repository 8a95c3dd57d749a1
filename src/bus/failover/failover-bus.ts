import {
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
} from 'cockatiel';
import { TickroomError } from '../../errors.ts';
import { jittered } from '../../primitives/backoff.ts';
import type { Bus, BusEvent, BusHistory, Position, PublishOptions } from '../bus.ts';
import { FencedError } from '../fenced.ts';
import { MemoryBus } from '../memory/memory-bus.ts';
import type { Attached, RedisBus } from '../redis/redis-bus.ts';
import { type OnRefused, OutageBacklog } from './outage-backlog.ts';

export interface FailoverBusOptions {
  readonly remote: RedisBus;
  /** Redis turned out to be away, or to be back; told once each. */
  readonly onReachable?: (isReachable: boolean) => void;
  /** Of events that each matter, so many will never be told at other instances, who see that some are missing. */
  readonly onLost?: (topic: string, count: number) => void;
  readonly onRefused?: OnRefused;
  readonly onError: (error: unknown) => void;
}

const PROBE_EVERY_MS = 500;
/** The first pause before Redis is tried again; it grows, with jitter. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2000;

/**
 * Redis while it answers, this process alone while it does not. The change is one moment: every publish before it went
 * to Redis, every one after it stays here, under an epoch of its own. Coming back, what was missed is fetched first, and
 * where each event matters, what stayed here is handed in.
 */
export class FailoverBus implements Bus {
  readonly #remote: RedisBus;
  readonly #local = new MemoryBus();
  readonly #backlog: OutageBacklog;
  readonly #onError: (error: unknown) => void;
  readonly #breaker: CircuitBreakerPolicy;
  readonly #listeners = new Set<(isConnected: boolean) => void>();
  readonly #onReachable: (isReachable: boolean) => void;
  /** resolves when Redis turns out to be away */
  #away = newSignal();
  #timer: NodeJS.Timeout | undefined;
  #isConnected = true;
  #disposed = false;

  constructor({
    remote,
    onReachable = () => {},
    onLost = () => {},
    onRefused = () => {},
    onError,
  }: FailoverBusOptions) {
    this.#remote = remote;
    this.#onError = onError;
    this.#onReachable = onReachable;
    // Fail over on the first error, so that no instance publishes to half a cluster.
    this.#breaker = circuitBreaker(
      // Redis answers, though not as it was hoped for
      handleWhen((error) => !(error instanceof FencedError)),
      {
        breaker: new ConsecutiveBreaker(1),
        halfOpenAfter: new ExponentialBackoff({ initialDelay: FIRST_PAUSE_MS, maxDelay: LONGEST_PAUSE_MS }),
      },
    );
    this.#backlog = new OutageBacklog({
      local: this.#local,
      remote,
      ask: (asking) => this.#breaker.execute(asking),
      onLost,
      onRefused,
      onError,
    });
    this.#breaker.onBreak(() => this.#leave());
    this.#breaker.onReset(() => this.#return());
    // a connection made anew has missed announcements, however short that took
    remote.onReconnect(() => {
      if (this.#isConnected) this.#tell(true);
    });
    this.#probeLater(0);
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  onChange(listener: (isConnected: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  publish(topic: string, payload: object, options?: PublishOptions): Promise<BusEvent> {
    if (options?.lossless) {
      return this.#isConnected
        ? this.#backlog.publish(topic, payload, options)
        : this.#backlog.keep(topic, payload, options);
    }
    return this.#either(
      () => this.#remote.publish(topic, payload, options),
      () => this.#local.publish(topic, payload),
    );
  }

  async subscribe(topic: string, onEvent: (event: BusEvent) => void): Promise<() => void> {
    const close = await this.#local.subscribe(topic, (event) => onEvent(this.#backlog.marked(topic, event)));
    const attached = this.#remote.attach(topic, onEvent);
    const isLate = !(await this.#opened(attached));
    if (isLate) await this.#tellLate(topic, attached, onEvent);
    return () => {
      close();
      attached.close();
    };
  }

  raise(topics: readonly string[], token: number): Promise<void> {
    return this.#either(
      () => this.#remote.raise(topics, token),
      async () => {},
    );
  }

  renumber(topics: readonly string[]): Promise<void> {
    return this.#either(
      () => this.#remote.renumber(topics),
      () => this.#local.renumber(topics),
    );
  }

  latest(topic: string): Promise<BusEvent | undefined> {
    return this.#either(
      () => this.#remote.latest(topic),
      async () => (await this.#local.latest(topic)) ?? this.#remote.lastHeard(topic),
    );
  }

  history(topic: string, after?: Position): Promise<BusHistory> {
    return this.#either(
      () => this.#remote.history(topic, after),
      () => this.#local.history(topic, after && this.#backlog.here(topic, after)),
    );
  }

  async announce(topic: string, payload: object): Promise<void> {
    if (this.isConnected) {
      try {
        return await this.#breaker.execute(() => this.#remote.announce(topic, payload));
      } catch (error) {
        this.#onError(error);
      }
    }
    await this.#local.announce(topic, payload);
    throw new TickroomError(
      'SERVICE_UNAVAILABLE',
      'Redis cannot be reached at the moment: only this instance was told.',
    );
  }

  async listen(topic: string, onPayload: (payload: unknown) => void): Promise<() => void> {
    const close = await this.#local.listen(topic, onPayload);
    const attached = this.#remote.attachListener(topic, onPayload);
    await this.#opened(attached);
    return () => {
      close();
      attached.close();
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#away.resolve();
    this.#listeners.clear();
    await this.#local[Symbol.asyncDispose]();
    await this.#remote[Symbol.asyncDispose]();
  }

  async #either<T>(there: () => Promise<T>, here: () => Promise<T>): Promise<T> {
    if (!this.isConnected) return here();
    try {
      return await this.#breaker.execute(there);
    } catch (error) {
      if (error instanceof FencedError) throw error;
      this.#onError(error);
      return here();
    }
  }

  /** @returns false: Redis is away, and it will be opened when Redis is back */
  async #opened({ opened }: Attached): Promise<boolean> {
    if (this.isConnected) {
      const isOpen = opened.then(() => true);
      if (await Promise.race([isOpen, this.#away.promise])) return true;
    }
    opened.catch(this.#onError);
    return false;
  }

  /** What Redis has is news to somebody who subscribed while it was away, unless there is newer here. */
  async #tellLate(topic: string, { opened }: Attached, onEvent: (event: BusEvent) => void): Promise<void> {
    let isNews = (await this.#local.latest(topic)) === undefined;
    const stop = await this.#local.subscribe(topic, () => {
      isNews = false;
    });
    opened
      .then(() => this.#remote.latest(topic))
      .then((newest) => newest && isNews && onEvent(newest))
      .catch(this.#onError)
      .finally(stop);
  }

  #leave(): void {
    // also told of each trial that fails
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.#away.resolve();
    this.#backlog.leave();
    this.#onReachable(false);
    this.#tell(false);
  }

  #return(): void {
    if (this.#disposed) return;
    this.#isConnected = true;
    this.#away = newSignal();
    // before anything newer, which goes the same way
    this.#backlog.handIn();
    this.#remote.catchUp().catch(this.#onError);
    for (const topic of this.#local.topics) if (!this.#backlog.has(topic)) this.#local.forget(topic);
    this.#onReachable(true);
    this.#tell(true);
  }

  #tell(isConnected: boolean): void {
    if (this.#disposed) return;
    for (const listener of [...this.#listeners]) listener(isConnected);
  }

  #probeLater(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#breaker
        .execute(() => this.#remote.probe())
        // while it is open that is all it says, and what broke it was told
        .catch((error: unknown) => {
          if (this.isConnected) this.#onError(error);
        })
        .finally(() => {
          if (!this.#disposed) this.#probeLater(jittered(PROBE_EVERY_MS));
        });
    }, ms);
  }
}

interface Signal {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

function newSignal(): Signal {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
