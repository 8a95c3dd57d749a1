import type { BusEvent, BusHistory } from './bus.ts';

type Position = Pick<BusEvent, 'epoch' | 'sequence'>;

/** One topic that this process has subscribed to at Redis: puts what comes in order and fetches what does not. */
export class RedisTopic {
  readonly listeners = new Set<(event: BusEvent) => void>();
  /** Subscriptions that wait for Redis, or have it. */
  holders = 0;
  readonly #history: (after: Position) => Promise<BusHistory>;
  readonly #onError: (error: unknown) => void;
  #last: Position | undefined;
  /** heard while what came before is being fetched */
  #waiting: BusEvent[] | undefined;

  constructor(history: (after: Position) => Promise<BusHistory>, onError: (error: unknown) => void) {
    this.#history = history;
    this.#onError = onError;
  }

  /** Where Redis stood when the subscription was there: what comes next follows it. */
  startAt(newest: Position | undefined): void {
    this.#last ??= newest;
  }

  hear(event: BusEvent): void {
    if (this.#waiting) {
      this.#waiting.push(event);
      return;
    }
    const last = this.#last;
    const isNext = !last || event.epoch !== last.epoch || event.sequence === last.sequence + 1;
    if (isNext) this.#deliver(event);
    else if (event.sequence > last.sequence) this.catchUp(event);
  }

  /** Fetches what was missed, as after a reconnect; nothing is lost that Redis still keeps. */
  catchUp(heard?: BusEvent): void {
    const last = this.#last;
    if (!last || this.#waiting) {
      if (heard) this.#waiting?.push(heard);
      return;
    }
    this.#waiting = heard ? [heard] : [];
    this.#fetch(last).catch((error: unknown) => {
      this.#onError(error);
      this.#release();
    });
  }

  async #fetch(after: Position): Promise<void> {
    const { events } = await this.#history(after);
    for (const event of events) this.#take(event);
    this.#release();
  }

  #release(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const event of waiting) this.#take(event);
  }

  /** What is missing now stays so: sequences show it. */
  #take(event: BusEvent): void {
    const last = this.#last;
    if (!last || event.epoch !== last.epoch || event.sequence > last.sequence) this.#deliver(event);
  }

  #deliver(event: BusEvent): void {
    this.#last = event;
    for (const onEvent of this.listeners) onEvent(event);
  }
}
