import { FencedError } from '../fenced.ts';
import type { TopicKeys } from './topic-keys.ts';

export interface Published {
  readonly epoch: string;
  readonly sequence: number;
}

interface Waiting {
  readonly keys: TopicKeys;
  readonly json: string;
  readonly token: number | undefined;
  readonly resolve: (published: Published) => void;
  readonly reject: (error: unknown) => void;
}

export interface PublishQueueOptions {
  /** Runs what `publishScript` makes. */
  readonly run: (keyCount: number, ...args: (string | number)[]) => Promise<readonly (string | number)[]>;
  readonly newEpoch: () => string;
  readonly historyLength: number;
  readonly keepMs: number;
  /** Events of several topics must not be in one run. */
  readonly isOneTopicAtOnce: boolean;
}

const MAX_AT_ONCE = 100;

/** What is published in one turn of the loop leaves together, in the order of publishing. */
export class PublishQueue {
  readonly #options: PublishQueueOptions;
  /** when each topic's time was begun anew last */
  readonly #keptAt = new Map<string, number>();
  #waiting: Waiting[] = [];

  constructor(options: PublishQueueOptions) {
    this.#options = options;
  }

  /** @throws FencedError when somebody with a higher token leads the topic */
  publish(keys: TopicKeys, json: string, token?: number): Promise<Published> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ keys, json, token, resolve, reject });
      if (this.#waiting.length === 1) setImmediate(() => this.#flush());
      else if (this.#waiting.length === MAX_AT_ONCE) this.#flush();
    });
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return;
    const parts = this.#options.isOneTopicAtOnce ? byTopic(waiting) : [waiting];
    for (const part of parts) void this.#send(part);
  }

  async #send(waiting: readonly Waiting[]): Promise<void> {
    const { run, newEpoch, historyLength, keepMs } = this.#options;
    const keys: string[] = [];
    const args: (string | number)[] = [newEpoch(), historyLength, keepMs];
    const now = performance.now();
    for (const { keys: topic, json, token } of waiting) {
      keys.push(topic.position, topic.history);
      args.push(json, topic.channel, this.#isDue(topic.position, now) ? 1 : 0, token ?? '');
    }
    try {
      const answers = await run(keys.length, ...keys, ...args);
      for (const [i, { resolve, reject }] of waiting.entries()) {
        const sequence = Number(answers[2 * i + 1]);
        if (sequence < 0) reject(new FencedError());
        else resolve({ epoch: String(answers[2 * i]), sequence });
      }
    } catch (error) {
      for (const { keys: topic, reject } of waiting) {
        this.#keptAt.delete(topic.position);
        reject(error);
      }
    }
  }

  /** A topic that is in use is kept: its time begins anew well before it ends. */
  #isDue(topic: string, now: number): boolean {
    const keptAt = this.#keptAt.get(topic);
    if (keptAt !== undefined && now - keptAt < this.#options.keepMs / 4) return false;
    this.#keptAt.set(topic, now);
    return true;
  }
}

function byTopic(waiting: readonly Waiting[]): Iterable<readonly Waiting[]> {
  const parts = new Map<string, Waiting[]>();
  for (const one of waiting) {
    const part = parts.get(one.keys.position);
    if (part) part.push(one);
    else parts.set(one.keys.position, [one]);
  }
  return parts.values();
}
