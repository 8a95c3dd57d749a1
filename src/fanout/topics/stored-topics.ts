import type { Bus, BusEvent } from '../../bus/bus.ts';
import type { OpenedTopic, StoredHead } from './open-topic.ts';
import { type StoredEvents, StoredTopic } from './stored-topic.ts';

export interface StoredTopicsOptions {
  readonly bus: Pick<Bus, 'listen'>;
  readonly store: StoredEvents;
  /** Topics are compared with the store so often, to find what the bus lost. */
  readonly checkEveryMs: number;
  /** The store could not be read; that is repeated. */
  readonly onError: (error: unknown) => void;
}

const NOTHING: StoredHead = { sequence: 0, epoch: '', epochStart: 0 };

/** A check asks for so many topics at once. */
const CHECK_SIZE = 1000;

/**
 * Topics whose truth is a store: the bus only wakes. Events come in order of sequence and none is left out, whatever
 * the bus loses, repeats or reorders.
 */
export class StoredTopics implements Disposable {
  readonly #options: StoredTopicsOptions;
  readonly #open = new Set<StoredTopic>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: StoredTopicsOptions) {
    this.#options = options;
    this.#checkLater();
  }

  /** @throws when the bus or the store cannot be reached */
  async open(name: string, onEvent: (event: BusEvent) => void): Promise<OpenedTopic> {
    const { bus, store, onError } = this.#options;
    const topic = new StoredTopic({ name, store, onEvent, onError });
    const stop = await bus.listen(name, (payload) => topic.announced(payload));
    try {
      const head = async (): Promise<StoredHead> => (await store.heads([name])).get(name) ?? NOTHING;
      const { sequence, epoch, epochStart } = await head();
      topic.start({ sequence, epoch, epochStart });
      this.#open.add(topic);
      return {
        latest: { topic: name, epoch, sequence, payload: undefined },
        head,
        close: () => {
          stop();
          topic.close();
          this.#open.delete(topic);
        },
      };
    } catch (error) {
      stop();
      topic.close();
      throw error;
    }
  }

  /** Topics that somebody has open. */
  get size(): number {
    return this.#open.size;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const topic of this.#open) topic.close();
    this.#open.clear();
  }

  #checkLater(): void {
    this.#timer = setTimeout(() => {
      this.check()
        .catch(this.#options.onError)
        .finally(() => {
          // disposed meanwhile
          if (this.#timer) this.#checkLater();
        });
    }, this.#options.checkEveryMs);
  }

  /** Compares what is open with the store. @throws when that cannot be reached */
  async check(): Promise<void> {
    const topics = [...this.#open];
    for (let i = 0; i < topics.length; i += CHECK_SIZE) {
      const some = topics.slice(i, i + CHECK_SIZE);
      const heads = await this.#options.store.heads(some.map(({ name }) => name));
      for (const topic of some) topic.compare(heads.get(topic.name) ?? NOTHING);
    }
  }
}
