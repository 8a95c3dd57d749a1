import type { Bus, BusEvent, PublishOptions } from '../../bus/bus.ts';
import { TickroomError } from '../../errors.ts';

/** More than this many publishes on their way to the bus make those wait who can. */
const MAX_UNDER_WAY = 2000;

/** Hands the market's events to the bus, and says when it keeps up. */
export class MarketPublisher {
  readonly #bus: Pick<Bus, 'publish'>;
  /** with the token; undefined: nobody else leads */
  readonly #fenced: { readonly plain: PublishOptions; readonly lossless: PublishOptions } | undefined;
  readonly #onError: (error: unknown) => void;
  readonly #onFenced: () => void;
  #isFenced = false;
  #underWay = 0;
  #waiting: (() => void)[] = [];

  /**
   * @param token of the lease under which it publishes; undefined: nobody else leads
   * @param onError receives the errors of publishes that the bus refused; of those of a lost lease the first one
   * @param onFenced called once, when an event was refused because another instance leads
   */
  constructor(
    bus: Pick<Bus, 'publish'>,
    token: number | undefined,
    onError: (error: unknown) => void,
    onFenced: () => void = () => {},
  ) {
    this.#bus = bus;
    this.#onFenced = onFenced;
    if (token) this.#fenced = { plain: { token }, lossless: { token, lossless: true } };
    this.#onError = onError;
  }

  /**
   * The call reaches the bus before this returns, so the order of calls is the order of events.
   * @param onRefused the bus refused it: called before the promise resolves
   * @returns never rejects; undefined: the bus refused it
   */
  publish(
    topic: string,
    payload: object,
    options?: PublishOptions,
    onPublished?: (event: BusEvent) => void,
    onRefused?: () => void,
  ): Promise<BusEvent | undefined> {
    this.#underWay += 1;
    const fenced = this.#fenced ? this.#fenced[options?.lossless ? 'lossless' : 'plain'] : options;
    // no async function: a trade would cost three promises more
    return this.#bus.publish(topic, payload, fenced).then(
      (event) => {
        this.#arrived();
        try {
          onPublished?.(event);
        } catch (error) {
          this.#onError(error);
        }
        return event;
      },
      (error: unknown) => {
        this.#arrived();
        onRefused?.();
        this.#report(error);
        return undefined;
      },
    );
  }

  #arrived(): void {
    this.#underWay -= 1;
    if (this.#underWay < MAX_UNDER_WAY && this.#waiting.length > 0) {
      for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }

  /** Whoever lost the lease is refused everything, until it learns of that. */
  #report(error: unknown): void {
    if (error instanceof TickroomError && error.details.reason === 'LEADER_CHANGED') {
      if (this.#isFenced) return;
      this.#isFenced = true;
      this.#onFenced();
    }
    this.#onError(error);
  }

  /** Resolves when the bus keeps up: for those who can be made to wait before they report more. */
  async room(): Promise<void> {
    if (this.#underWay < MAX_UNDER_WAY) return;
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
