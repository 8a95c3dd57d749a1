import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Bus, BusEvent, BusHistory } from './bus.ts';

export interface MemoryBusOptions {
  /** Events kept per topic. @default 1024 */
  readonly historyLength?: number;
}

interface Topic {
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
  readonly #epoch = randomUUID();
  readonly #historyLength: number;
  /** One process is always whole. */
  readonly isWhole = true;

  constructor(options: MemoryBusOptions = {}) {
    this.#historyLength = options.historyLength ?? 1024;
  }

  onChange(): () => void {
    return () => {};
  }

  async publish(name: string, payload: object): Promise<BusEvent> {
    const topic = this.#topic(name);
    topic.sequence += 1;
    const event: BusEvent = { topic: name, epoch: this.#epoch, sequence: topic.sequence, payload };
    topic.ring[event.sequence % this.#historyLength] = event;
    for (const onEvent of topic.listeners) onEvent(event);
    return event;
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
    const topic = this.#topics.get(name);
    return topic?.ring[topic.sequence % this.#historyLength];
  }

  async history(name: string, after?: { epoch: string; sequence: number }): Promise<BusHistory> {
    const topic = this.#topics.get(name);
    const newest = topic?.sequence ?? 0;
    const oldest = Math.max(1, newest - this.#historyLength + 1);
    const from = after ? after.sequence + 1 : oldest;
    if (after && (after.epoch !== this.#epoch || from < oldest || after.sequence > newest)) {
      return { complete: false, events: [] };
    }
    const events: BusEvent[] = [];
    for (let sequence = from; topic && sequence <= newest; sequence += 1) {
      const event = topic.ring[sequence % this.#historyLength];
      if (event) events.push(event);
    }
    return { complete: true, events };
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

  /** Forgets the events kept; numbering goes on. */
  forget(): void {
    for (const topic of this.#topics.values()) topic.ring.length = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#topics.clear();
    this.#announcements.removeAllListeners();
  }

  #topic(name: string): Topic {
    let topic = this.#topics.get(name);
    if (!topic) {
      topic = { sequence: 0, ring: [], listeners: new Set() };
      this.#topics.set(name, topic);
    }
    return topic;
  }
}
