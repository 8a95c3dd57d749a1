import { randomUUID } from 'node:crypto';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import { Redis } from 'ioredis';
import { TickroomError } from '../errors.ts';
import type { Bus, BusEvent, BusHistory } from './bus.ts';
import { PUBLISH_SCRIPT } from './publish-script.ts';
import { RedisTopic } from './redis-topic.ts';

export interface RedisBusOptions {
  readonly url: string;
  /** Begins every key and channel, so that several systems may share one Redis. @default tickroom */
  readonly prefix?: string;
  /** Events kept per topic. @default 1024 */
  readonly historyLength?: number;
  /** A topic that nothing is published on for so long is forgotten. @default 2 days */
  readonly keepMs?: number;
  /** Something failed that no caller waits for; it is repeated. */
  readonly onError: (error: unknown) => void;
}

interface Stored {
  readonly epoch: string;
  readonly sequence: number;
  readonly payload: unknown;
}

/** ioredis calls a script that was defined by its name. */
type Publisher = Redis & {
  publishEvent(...args: (string | number)[]): Promise<[epoch: string, sequence: number]>;
};

const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 2000;

/** Growing pauses, spread so that many instances do not come back in one moment. */
const retryStrategy = (attempt: number): number =>
  Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempt, 10), LONGEST_RETRY_MS) * (0.5 + Math.random() / 2);

/**
 * The bus of many processes, over one Redis: a script numbers, keeps and tells an event in one step; each process
 * subscribes once to a topic, however many listen. What a connection missed is fetched from the history when it is back.
 */
export class RedisBus implements Bus {
  readonly #prefix: string;
  readonly #historyLength: number;
  readonly #keepMs: number;
  readonly #onError: (error: unknown) => void;
  readonly #publisher: Publisher;
  readonly #subscriber: Redis;
  readonly #pubSub: RedisPubSub;
  readonly #topics = new Map<string, { readonly topic: RedisTopic; readonly opening: Promise<number> }>();

  private constructor(options: RedisBusOptions) {
    this.#prefix = options.prefix ?? 'tickroom';
    this.#historyLength = options.historyLength ?? 1024;
    this.#keepMs = options.keepMs ?? 2 * 86_400_000;
    this.#onError = options.onError;
    const publisher = new Redis(options.url, {
      lazyConnect: true,
      // what cannot be sent now is refused now: nobody waits for an old price
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      // everything of one turn of the loop leaves together
      enableAutoPipelining: true,
      retryStrategy,
    });
    publisher.defineCommand('publishEvent', { numberOfKeys: 2, lua: PUBLISH_SCRIPT });
    this.#publisher = publisher as Publisher;
    // a connection that is subscribed may ask nothing else, so not whether Redis is ready either
    this.#subscriber = new Redis(options.url, {
      lazyConnect: true,
      enableReadyCheck: false,
      maxRetriesPerRequest: null,
      retryStrategy,
    });
    for (const client of [this.#publisher, this.#subscriber]) client.on('error', this.#onError);
    this.#pubSub = new RedisPubSub({ publisher: this.#publisher, subscriber: this.#subscriber });
  }

  /** @throws Error when Redis cannot be reached at the start */
  static async open(options: RedisBusOptions): Promise<RedisBus> {
    const bus = new RedisBus(options);
    try {
      await Promise.all([bus.#publisher.connect(), bus.#subscriber.connect()]);
    } catch (error) {
      bus.#disconnect();
      throw error;
    }
    bus.#subscriber.on('ready', () => bus.#catchUp().catch(bus.#onError));
    return bus;
  }

  async publish(topic: string, payload: object): Promise<BusEvent> {
    const { position, history, channel } = this.#keys(topic);
    const json = JSON.stringify(payload);
    const [epoch, sequence] = await orUnavailable(
      this.#publisher.publishEvent(
        position,
        history,
        json,
        randomUUID(),
        this.#historyLength,
        channel,
        this.#keepMs,
      ),
    );
    return { topic, epoch, sequence, payload };
  }

  async subscribe(name: string, onEvent: (event: BusEvent) => void): Promise<() => void> {
    const held = this.#hold(name);
    const { topic } = held;
    // a wrapper each, so that one function may subscribe twice
    const listener = (event: BusEvent): void => onEvent(event);
    try {
      await orUnavailable(held.opening);
    } catch (error) {
      this.#letGo(name);
      throw error;
    }
    topic.listeners.add(listener);
    return () => {
      if (topic.listeners.delete(listener)) this.#letGo(name);
    };
  }

  async latest(topic: string): Promise<BusEvent | undefined> {
    const text = await orUnavailable(this.#publisher.lindex(this.#keys(topic).history, -1));
    return text === null ? undefined : eventOf(topic, JSON.parse(text) as Stored);
  }

  async history(topic: string, after?: { epoch: string; sequence: number }): Promise<BusHistory> {
    const texts = await orUnavailable(this.#publisher.lrange(this.#keys(topic).history, 0, -1));
    const events = texts.map((text) => eventOf(topic, JSON.parse(text) as Stored));
    if (!after) return { complete: true, events };
    const [oldest, newest] = [events.at(0), events.at(-1)];
    const isKnown =
      oldest !== undefined &&
      newest !== undefined &&
      newest.epoch === after.epoch &&
      after.sequence >= oldest.sequence - 1 &&
      after.sequence <= newest.sequence;
    if (!isKnown) return { complete: false, events: [] };
    return { complete: true, events: events.filter(({ sequence }) => sequence > after.sequence) };
  }

  async announce(topic: string, payload: object): Promise<void> {
    await orUnavailable(this.#publisher.publish(this.#keys(topic).announcements, JSON.stringify(payload)));
  }

  async listen(topic: string, onPayload: (payload: unknown) => void): Promise<() => void> {
    const id = await orUnavailable(this.#pubSub.subscribe(this.#keys(topic).announcements, onPayload));
    let isListening = true;
    return () => {
      if (isListening) this.#pubSub.unsubscribe(id);
      isListening = false;
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#topics.clear();
    this.#disconnect();
  }

  #hold(name: string): { readonly topic: RedisTopic; readonly opening: Promise<number> } {
    let held = this.#topics.get(name);
    if (!held) {
      const topic = new RedisTopic((after) => this.#since(name, after), this.#onError);
      held = { topic, opening: this.#open(name, topic) };
      // each who waits for it hears of it
      held.opening.catch(() => {});
      this.#topics.set(name, held);
    }
    held.topic.holders += 1;
    return held;
  }

  #letGo(name: string): void {
    const held = this.#topics.get(name);
    if (!held) return;
    held.topic.holders -= 1;
    if (held.topic.holders > 0) return;
    this.#topics.delete(name);
    held.opening.then(
      (id) => this.#pubSub.unsubscribe(id),
      () => {},
    );
  }

  async #open(name: string, topic: RedisTopic): Promise<number> {
    const id = await this.#pubSub.subscribe(this.#keys(name).channel, (stored: Stored) =>
      topic.hear(eventOf(name, stored)),
    );
    topic.startAt(await this.latest(name));
    return id;
  }

  /** After a position; all that is kept when it is no longer known, so that nobody stays behind. */
  async #since(name: string, after: Pick<BusEvent, 'epoch' | 'sequence'>): Promise<BusHistory> {
    const { complete, events } = await this.history(name, after);
    if (complete) return { complete, events };
    const newest = await this.latest(name);
    return { complete, events: newest ? [newest] : [] };
  }

  /** The connection is new: what was told meanwhile was not heard. */
  async #catchUp(): Promise<void> {
    // answered after all subscriptions, which were sent before: from here on nothing is missed
    await this.#subscriber.ping();
    for (const { topic } of this.#topics.values()) topic.catchUp();
  }

  /** One slot of a cluster for all that the script touches. */
  #keys(topic: string) {
    const base = `${this.#prefix}:{${topic}}`;
    return {
      position: `${base}:position`,
      history: `${base}:history`,
      channel: `${base}:events`,
      announcements: `${base}:announcements`,
    };
  }

  #disconnect(): void {
    this.#publisher.disconnect();
    this.#subscriber.disconnect();
  }
}

const eventOf = (topic: string, { epoch, sequence, payload }: Stored): BusEvent => ({
  topic,
  epoch,
  sequence,
  payload,
});

/** @throws TickroomError SERVICE_UNAVAILABLE for whatever Redis, or the way there, fails with */
async function orUnavailable<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    const outage = new TickroomError(
      'SERVICE_UNAVAILABLE',
      'Redis cannot be reached at the moment: try again after a pause.',
    );
    outage.cause = error;
    throw outage;
  }
}
