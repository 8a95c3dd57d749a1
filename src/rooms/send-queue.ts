import { TickroomError } from '../errors.ts';
import type { AppendOutcome, MessageStore, NewMessage, Posting } from './message-store.ts';

export interface SendQueueOptions {
  readonly store: Pick<MessageStore, 'append'>;
  /** Messages of one transaction. @default 200 */
  readonly mostAtOnce?: number;
  /** Messages that may wait; more are refused. @default 10000 */
  readonly mostWaiting?: number;
}

type Refuse = (posting: Posting) => Error | undefined;

interface Waiting {
  readonly message: NewMessage;
  readonly refuse: Refuse;
  readonly resolve: (outcome: AppendOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: what is sent while a transaction runs is written together by the next one, so that a busy server pays
 * for few transactions and an idle one waits for nobody. One transaction at a time keeps each sender's order.
 */
export class SendQueue implements AsyncDisposable {
  readonly #store: Pick<MessageStore, 'append'>;
  readonly #mostAtOnce: number;
  readonly #mostWaiting: number;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  constructor({ store, mostAtOnce = 200, mostWaiting = 10_000 }: SendQueueOptions) {
    this.#store = store;
    this.#mostAtOnce = mostAtOnce;
    this.#mostWaiting = mostWaiting;
  }

  /**
   * @param refuse decides by what the transaction sees
   * @throws TickroomError SERVICE_UNAVAILABLE: the message may or may not be written, so it is sent again with the same
   * `clientId`
   */
  send(message: NewMessage, refuse: Refuse): Promise<AppendOutcome> {
    if (this.#closed || this.#waiting.length >= this.#mostWaiting) {
      throw new TickroomError(
        'SERVICE_UNAVAILABLE',
        'Messages come faster than they can be stored: send it again after a pause, with the same clientId.',
      );
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message, refuse, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Writes what waits, and refuses what comes later. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      // what arrives in this turn of the loop still comes along
      await new Promise((resolve) => setImmediate(resolve));
      await this.#write(this.#waiting.splice(0, this.#mostAtOnce));
    }
    this.#running = undefined;
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.#append(batch);
      batch.forEach(({ resolve, reject }, i) => {
        const outcome = outcomes[i];
        if (outcome) resolve(outcome);
        else reject(new Error('The store has lost the outcome of a message.'));
      });
    } catch (error) {
      const isOutage = error instanceof TickroomError;
      if (isOutage || batch.length === 1) {
        for (const { reject } of batch) reject(error);
      } else {
        // one of them is bad, and the others must not suffer for it
        for (const waiting of batch) await this.#write([waiting]);
      }
    }
  }

  #append(batch: readonly Waiting[]): Promise<readonly AppendOutcome[]> {
    const refusals = new Map(batch.map(({ message, refuse }) => [message, refuse]));
    return this.#store.append(
      batch.map(({ message }) => message),
      (message, posting) => refusals.get(message)?.(posting),
    );
  }
}
