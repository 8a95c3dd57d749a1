import type { BusEvent } from './bus.ts';

type Position = Pick<BusEvent, 'epoch' | 'sequence'>;
/** Events after a position; with none, the newest. */
type FetchMissed = (after: Position | undefined) => Promise<readonly BusEvent[]>;

/** One topic that this process has subscribed to at Redis: puts what comes in order and fetches what does not. */
export class RedisTopic {
  readonly listeners = new Set<(event: BusEvent) => void>();
  /** Subscriptions that wait for Redis, or have it. */
  holders = 0;
  /** The newest event heard. */
  last: BusEvent | undefined;
  readonly #missed: FetchMissed;
  readonly #onError: (error: unknown) => void;
  #isOpen = false;
  /** heard while what came before is being fetched */
  #waiting: BusEvent[] | undefined;

  constructor(missed: FetchMissed, onError: (error: unknown) => void) {
    this.#missed = missed;
    this.#onError = onError;
  }

  /** Where Redis stood when the subscription was there: what comes next follows it. */
  startAt(newest: BusEvent | undefined): void {
    this.#isOpen = true;
    this.last ??= newest;
  }

  hear(event: BusEvent): void {
    if (this.#waiting) {
      this.#waiting.push(event);
      return;
    }
    const { last } = this;
    const isNext = !last || event.epoch !== last.epoch || event.sequence === last.sequence + 1;
    if (isNext) this.#deliver(event);
    else if (event.sequence > last.sequence) this.catchUp(event);
  }

  /** Fetches what was missed, as after a reconnect; nothing is lost that Redis still keeps. */
  catchUp(heard?: BusEvent): void {
    if (!this.#isOpen) return;
    if (this.#waiting) {
      if (heard) this.#waiting.push(heard);
      return;
    }
    this.#waiting = heard ? [heard] : [];
    this.#fetch().catch((error: unknown) => {
      this.#onError(error);
      this.#release();
    });
  }

  async #fetch(): Promise<void> {
    for (const event of await this.#missed(this.last)) this.#take(event);
    this.#release();
  }

  #release(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const event of waiting) this.#take(event);
  }

  /** What is missing now stays so: sequences show it. */
  #take(event: BusEvent): void {
    const { last } = this;
    if (!last || event.epoch !== last.epoch || event.sequence > last.sequence) this.#deliver(event);
  }

  #deliver(event: BusEvent): void {
    this.last = event;
    for (const onEvent of this.listeners) onEvent(event);
  }
}
