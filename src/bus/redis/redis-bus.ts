import { randomUUID } from 'node:crypto';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Bus, BusEvent, BusHistory, Position, PublishOptions } from '../bus.ts';
import { FencedError } from '../fenced.ts';
import { outageOf } from './outage.ts';
import { PublishQueue } from './publish-queue.ts';
import { type RedisCommands, withScripts } from './redis-commands.ts';
import type { RedisConnection } from './redis-connection.ts';
import { RedisTopic } from './redis-topic.ts';
import { type Announced, EVENT_VERSION, readEvent, type StoredEvent } from './stored-event.ts';
import { type TopicKeys, topicKeys } from './topic-keys.ts';

export interface RedisBusOptions {
  readonly redis: RedisConnection;
  /** Begins every key and channel, so that several systems may share one Redis. @default tickroom */
  readonly prefix?: string;
  /** Events kept per topic. @default 1024 */
  readonly historyLength?: number;
  /** A topic that nothing is published on for so long is forgotten. @default 2 days */
  readonly keepMs?: number;
  /** Something failed that no caller waits for; it is repeated. */
  readonly onError: (error: unknown) => void;
}

const TOPICS_AT_ONCE = 500;

/** Something heard from now on, or once Redis is back. */
export interface Attached {
  /** Resolves when Redis has it; waits as long as Redis is away. */
  readonly opened: Promise<void>;
  close(): void;
}

/** What was published elsewhere while Redis was away. */
export interface HandIn {
  /** contiguous in one numbering that is none of Redis' */
  readonly events: readonly BusEvent[];
  /** where Redis was left; undefined: not known */
  readonly left: Position | undefined;
  /** Redis may have taken so many before it was gone: those numbered from 1 */
  readonly underWay: number;
  /** the fencing token under which they were published; absent: none */
  readonly token?: number | undefined;
  /** Nothing is missing between what Redis had and these events. @default true */
  readonly isContinuation?: boolean;
}

/**
 * The bus of many processes, over one Redis or Redis Cluster: a script numbers, keeps and tells an event in one step; each process
 * subscribes once to a topic, however many listen. What a connection missed is fetched from the history when it is
 * back. While Redis is away every call that needs it fails with SERVICE_UNAVAILABLE.
 */
export class RedisBus implements Omit<Bus, 'isConnected' | 'onChange'> {
  readonly #prefix: string;
  readonly #historyLength: number;
  readonly #keepMs: number;
  readonly #onError: (error: unknown) => void;
  readonly #redis: RedisConnection;
  readonly #commands: RedisCommands;
  readonly #queue: PublishQueue;
  readonly #pubSub: RedisPubSub;
  #onReconnect: () => void = () => {};
  #hasReportedFormat = false;
  readonly #topics = new Map<string, { readonly topic: RedisTopic; readonly opening: Promise<number> }>();

  constructor(options: RedisBusOptions) {
    this.#prefix = options.prefix ?? 'tickroom';
    this.#historyLength = options.historyLength ?? 1024;
    this.#keepMs = options.keepMs ?? 2 * 86_400_000;
    this.#onError = options.onError;
    this.#redis = options.redis;
    const { commands, subscriber, tells } = options.redis;
    this.#commands = withScripts(options.redis);
    this.#queue = new PublishQueue({
      run: (...args) => this.#commands.publishEvents(...args),
      newEpoch: randomUUID,
      historyLength: this.#historyLength,
      keepMs: this.#keepMs,
      // a script that runs on a cluster has one slot
      isOneTopicAtOnce: tells === 'SPUBLISH',
    });
    this.#pubSub = new RedisPubSub({ publisher: commands, subscriber });
    options.redis.onSubscribed(() => {
      this.catchUp().then(() => this.#onReconnect(), this.#onError);
    });
  }

  async publish(topic: string, payload: object, options?: PublishOptions): Promise<BusEvent> {
    const { epoch, sequence } = await orUnavailable(
      this.#queue.publish(this.#keys(topic), JSON.stringify(payload), options?.token),
    );
    return { topic, epoch, sequence, payload };
  }

  raise(topics: readonly string[], token: number): Promise<void> {
    return this.#ofEach(topics, ({ position }) => this.#commands.raiseToken(position, token, this.#keepMs));
  }

  renumber(topics: readonly string[]): Promise<void> {
    return this.#ofEach(topics, ({ position, history }) =>
      this.#commands.renumberTopic(position, history, this.#keepMs),
    );
  }

  async #ofEach(topics: readonly string[], run: (keys: TopicKeys) => Promise<unknown>): Promise<void> {
    for (let i = 0; i < topics.length; i += TOPICS_AT_ONCE) {
      const some = topics.slice(i, i + TOPICS_AT_ONCE);
      await orUnavailable(Promise.all(some.map((topic) => run(this.#keys(topic)))));
    }
  }

  async subscribe(topic: string, onEvent: (event: BusEvent) => void): Promise<() => void> {
    const { opened, close } = this.attach(topic, onEvent);
    await opened;
    return close;
  }

  /** As `subscribe`, for those who do not wait for a Redis that is away. */
  attach(name: string, onEvent: (event: BusEvent) => void): Attached {
    const { topic, opening } = this.#hold(name);
    // a wrapper each, so that one function may subscribe twice
    const listener = (event: BusEvent): void => onEvent(event);
    topic.listeners.add(listener);
    return {
      opened: opening.then(() => {}),
      close: () => {
        if (topic.listeners.delete(listener)) this.#letGo(name);
      },
    };
  }

  async latest(topic: string): Promise<BusEvent | undefined> {
    const text = await orUnavailable(this.#commands.lindex(this.#keys(topic).history, -1));
    return text === null ? undefined : this.#read(topic, [text])[0];
  }

  /** What this process heard last, without asking Redis. */
  lastHeard(topic: string): BusEvent | undefined {
    return this.#topics.get(topic)?.topic.last;
  }

  /** Up to where the listeners of this process have everything; undefined: nobody listens, or it is not known. */
  position(topic: string): Position | undefined {
    return this.#topics.get(topic)?.topic.at;
  }

  /** Who listens here has heard everything up to there elsewhere. @returns undoes it, unless more was heard since */
  skipTo(name: string, at: Position): () => void {
    const topic = this.#topics.get(name)?.topic;
    const before = topic?.at;
    if (topic) topic.at = at;
    return () => {
      if (topic?.at !== at) return;
      topic.at = before;
      topic.catchUp();
    };
  }

  /**
   * Continues a topic under another numbering, before anything that is published from now on. Doing it again does no
   * harm.
   * @throws FencedError when somebody with a higher token leads the topic: then nothing was changed
   * @returns how many events are in; 0: others have published there meanwhile, and those who listen see a hole
   */
  async handIn(
    topic: string,
    { events, left, underWay, token, isContinuation = true }: HandIn,
  ): Promise<number> {
    const { position, history, channel } = this.#keys(topic);
    const [first] = events;
    if (!first) return 0;
    const last = first.sequence + events.length - 1;
    const place = [first.epoch, first.sequence, last, left?.epoch ?? '', left?.sequence ?? -1, underWay];
    const payloads = events.map(({ payload }) => JSON.stringify(payload));
    const kept = [this.#historyLength, this.#keepMs, channel];
    const args = [...place, ...kept, token ?? '', isContinuation ? 1 : 0, ...payloads];
    const isIn = await orUnavailable(this.#commands.handInEvents(position, history, ...args));
    if (isIn < 0) throw new FencedError();
    return isIn ? events.length : 0;
  }

  async history(topic: string, after?: Position): Promise<BusHistory> {
    if (after) {
      const { complete, events } = await this.#since(topic, after);
      return { complete, events: complete ? events : [] };
    }
    const texts = await orUnavailable(
      this.#commands.lrange(this.#keys(topic).history, -this.#historyLength, -1),
    );
    const events = this.#read(topic, texts);
    return { complete: events.length === texts.length, events };
  }

  async announce(topic: string, payload: object): Promise<void> {
    const { announcements } = this.#keys(topic);
    const json = JSON.stringify(payload);
    const isSharded = this.#redis.tells === 'SPUBLISH';
    await orUnavailable(
      isSharded ? this.#commands.spublish(announcements, json) : this.#commands.publish(announcements, json),
    );
  }

  async listen(topic: string, onPayload: (payload: unknown) => void): Promise<() => void> {
    const { opened, close } = this.attachListener(topic, onPayload);
    await opened;
    return close;
  }

  /** As `listen`, for those who do not wait for a Redis that is away. */
  attachListener(topic: string, onPayload: (payload: unknown) => void): Attached {
    let isListening = true;
    const asked = this.#pubSub.subscribe(this.#keys(topic).announcements, (payload: unknown) => {
      if (isListening) onPayload(payload);
    });
    return {
      opened: asked.then(() => {}),
      close: () => {
        if (!isListening) return;
        isListening = false;
        asked.then((id) => this.#pubSub.unsubscribe(id)).catch(this.#onError);
      },
    };
  }

  /** Hears when a subscribed connection was made anew, and all subscriptions stand. One listener. */
  onReconnect(listener: () => void): void {
    this.#onReconnect = listener;
  }

  /** Fetches what was told while the connection was broken. */
  async catchUp(): Promise<void> {
    // answered after all subscriptions, which were sent before: from here on nothing is missed
    await this.#redis.settled();
    for (const { topic } of this.#topics.values()) topic.catchUp();
  }

  /** Resolves when Redis takes writes and delivers. */
  probe(): Promise<void> {
    return this.#redis.probe(`${this.#prefix}:probe`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#topics.clear();
  }

  #hold(name: string): { readonly topic: RedisTopic; readonly opening: Promise<number> } {
    let held = this.#topics.get(name);
    if (!held) {
      const topic = new RedisTopic((after) => this.#missed(name, after), this.#onError);
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
    held.opening.then((id) => this.#pubSub.unsubscribe(id)).catch(this.#onError);
  }

  async #open(name: string, topic: RedisTopic): Promise<number> {
    const id = await this.#pubSub.subscribe(this.#keys(name).channel, (announced: Announced) => {
      const [event] = 'payload' in announced ? this.#readAll(name, [announced]) : [];
      if (event) topic.hear(event);
      else topic.catchUp();
    });
    try {
      const newest = await this.latest(name);
      topic.last ??= newest;
      topic.startAt(newest ?? NOTHING);
    } catch (error) {
      this.#onError(error);
      // the first event that is heard is where it starts
      topic.startAt(undefined);
    }
    return id;
  }

  /** After a position, or the newest when that is no longer known: so nobody stays behind. */
  async #missed(name: string, after: Position | undefined): Promise<BusHistory> {
    if (after) return this.#since(name, after);
    const newest = await this.latest(name);
    return { complete: false, events: newest ? [newest] : [] };
  }

  async #since(topic: string, after: Position): Promise<BusHistory> {
    const { position, history } = this.#keys(topic);
    const [complete, ...texts] = await orUnavailable(
      this.#commands.eventsSince(position, history, after.epoch, after.sequence, this.#historyLength),
    );
    return { complete: complete === 1, events: this.#read(topic, texts) };
  }

  #read(topic: string, texts: readonly string[]): BusEvent[] {
    return this.#readAll(
      topic,
      texts.map((text) => JSON.parse(text) as StoredEvent),
    );
  }

  /** Leaves out events of a newer format: their sequences are missing then, which is reported as a gap. */
  #readAll(topic: string, stored: readonly StoredEvent[]): BusEvent[] {
    return stored.flatMap((one) => {
      const event = readEvent(topic, one);
      if (!event) this.#reportFormat(topic, one);
      return event ?? [];
    });
  }

  #reportFormat(topic: string, { v }: StoredEvent): void {
    if (this.#hasReportedFormat) return;
    this.#hasReportedFormat = true;
    this.#onError(
      new Error(
        `An event of ${topic} has format ${v}; this build reads up to ${EVENT_VERSION}. Subscribers get a gap: finish the upgrade of all instances.`,
      ),
    );
  }

  #keys(topic: string): TopicKeys {
    return topicKeys(this.#prefix, topic);
  }
}

/** Before the first event of whatever numbering. */
const NOTHING: Position = { epoch: '', sequence: 0 };

/** @throws TickroomError SERVICE_UNAVAILABLE for whatever Redis, or the way there, fails with */
async function orUnavailable<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw outageOf(error);
  }
}
