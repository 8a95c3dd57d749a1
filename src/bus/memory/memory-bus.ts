import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Bus, BusEvent, BusHistory, Position } from '../bus.ts';

export interface MemoryBusOptions {
  /** Events kept per topic. @default 1024 */
  readonly historyLength?: number;
}

interface Topic {
  epoch: string;
  sequence: number;
  readonly ring: BusEvent[];
  readonly listeners: Set<(event: BusEvent) => void>;
}

/** An emitter gives some names, such as "error", a meaning of their own. */
const PREFIX = 'to:';

/** The bus of one process: subscribers have heard an event before `publish` resolves. */
export class MemoryBus implements Bus {
  readonly #topics = new Map<string, Topic>();
  readonly #announcements = new EventEmitter().setMaxListeners(0);
  readonly #historyLength: number;
  /** One process is always whole. */
  readonly isConnected = true;

  constructor(options: MemoryBusOptions = {}) {
    this.#historyLength = options.historyLength ?? 1024;
  }

  onChange(): () => void {
    return () => {};
  }

  async publish(name: string, payload: object): Promise<BusEvent> {
    const topic = this.#topic(name);
    topic.sequence += 1;
    const event: BusEvent = { topic: name, epoch: topic.epoch, sequence: topic.sequence, payload };
    topic.ring[event.sequence % this.#historyLength] = event;
    for (const onEvent of topic.listeners) onEvent(event);
    return event;
  }

  /** One process has one leader. */
  async raise(): Promise<void> {}

  async renumber(topics: readonly string[]): Promise<void> {
    for (const topic of topics) this.forget(topic);
  }

  async subscribe(name: string, onEvent: (event: BusEvent) => void): Promise<() => void> {
    const { listeners } = this.#topic(name);
    // a wrapper each, so that one function may subscribe twice
    const listener = (event: BusEvent): void => onEvent(event);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  async latest(name: string): Promise<BusEvent | undefined> {
    return this.newest(name);
  }

  /** As `latest`, at once. */
  newest(name: string): BusEvent | undefined {
    const topic = this.#topics.get(name);
    return topic?.ring[topic.sequence % this.#historyLength];
  }

  async history(name: string, after?: Position): Promise<BusHistory> {
    const topic = this.#topics.get(name);
    const newest = topic?.sequence ?? 0;
    const oldest = Math.max(1, newest - this.#historyLength + 1);
    const from = after ? after.sequence + 1 : oldest;
    if (after && (after.epoch !== topic?.epoch || from < oldest || after.sequence > newest)) {
      return { complete: false, events: [] };
    }
    return { complete: true, events: this.kept(name).slice(from - oldest) };
  }

  /** The newest events of a topic, as many as are kept, oldest first. */
  kept(name: string): readonly BusEvent[] {
    const topic = this.#topics.get(name);
    if (!topic) return [];
    const { ring, sequence } = topic;
    const next = (sequence + 1) % this.#historyLength;
    return [...ring.slice(next), ...ring.slice(0, next)].filter((event) => event !== undefined);
  }

  async announce(topic: string, payload: object): Promise<void> {
    this.#announcements.emit(PREFIX + topic, payload);
  }

  async listen(topic: string, onPayload: (payload: unknown) => void): Promise<() => void> {
    const listener = (payload: unknown): void => onPayload(payload);
    this.#announcements.on(PREFIX + topic, listener);
    return () => {
      this.#announcements.off(PREFIX + topic, listener);
    };
  }

  /** Begins anew: the events kept are forgotten, and the numbering is another one. */
  forget(name: string): void {
    const topic = this.#topics.get(name);
    if (!topic) return;
    topic.epoch = randomUUID();
    topic.sequence = 0;
    topic.ring.length = 0;
  }

  /** All that anything was published on or subscribed to. */
  get topics(): Iterable<string> {
    return this.#topics.keys();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#topics.clear();
    this.#announcements.removeAllListeners();
  }

  #topic(name: string): Topic {
    let topic = this.#topics.get(name);
    if (!topic) {
      topic = { epoch: randomUUID(), sequence: 0, ring: [], listeners: new Set() };
      this.#topics.set(name, topic);
    }
    return topic;
  }
}
