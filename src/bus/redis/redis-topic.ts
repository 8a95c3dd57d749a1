import type { BusEvent, BusHistory, Position } from '../bus.ts';

/**
 * Events after a position; with none, the newest. When it is not complete, what there is is no continuation, but good
 * to go on from.
 */
type FetchMissed = (after: Position | undefined) => Promise<BusHistory>;

/** One topic that this process has subscribed to at Redis: puts what comes in order and fetches what does not. */
export class RedisTopic {
  readonly listeners = new Set<(event: BusEvent) => void>();
  /** Subscriptions that wait for Redis, or have it. */
  holders = 0;
  /** The newest event heard. */
  last: BusEvent | undefined;
  /** Up to where the listeners have everything; undefined: not known. */
  at: Position | undefined;
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
  startAt(at: Position | undefined): void {
    this.#isOpen = true;
    this.at ??= at;
  }

  hear(event: BusEvent): void {
    if (this.#waiting) {
      this.#waiting.push(event);
      return;
    }
    const { at } = this;
    const next = at && nextAfter(at, event);
    // whether another numbering continues the one before is asked of Redis
    if (at && isOther(at, event)) this.catchUp(event);
    else if (next === undefined || event.sequence === next) this.#deliver(event);
    else if (event.sequence > next) this.catchUp(event);
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
    const from = this.at;
    const { complete, events } = await this.#missed(from);
    const [first] = events;
    // another numbering may continue the one before: then its first event here is the next one
    if (complete && first && from && first.epoch !== from.epoch && this.at === from) {
      this.at = { epoch: first.epoch, sequence: first.sequence - 1 };
    }
    for (const event of events) this.#take(event, complete);
    // a numbering that is over was heard before what was fetched
    if (this.at?.epoch !== from?.epoch) {
      this.#waiting = this.#waiting?.filter(({ epoch }) => epoch !== from?.epoch);
    }
    this.#release();
  }

  #release(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const event of waiting) this.#take(event);
  }

  /**
   * Delivers an event. Gaps that cannot be filled set `lostFrom`.
   * @param isContinuation nothing is missing before it
   */
  #take(event: BusEvent, isContinuation = false): void {
    const { at } = this;
    const next = at && nextAfter(at, event);
    const isRestarted = !isContinuation && at !== undefined && isOther(at, event);
    if (next === undefined || event.sequence === next) {
      this.#deliver(isRestarted ? { ...event, isRestarted } : event);
    } else if (event.sequence > next) this.#deliver({ ...event, lostFrom: next });
  }

  #deliver(event: BusEvent): void {
    this.last = event;
    this.at = event;
    for (const onEvent of this.listeners) onEvent(event);
  }
}

/** Whether an event is of another numbering than a place. */
const isOther = (at: Position, { epoch }: Position): boolean => at.epoch !== '' && at.epoch !== epoch;

/** Where there was nothing, any numbering is the first one. */
const nextAfter = (at: Position, { epoch }: Position): number =>
  epoch === at.epoch || at.epoch === '' ? at.sequence + 1 : 1;
