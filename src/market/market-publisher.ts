import type { Bus, BusEvent, PublishOptions } from '../bus/bus.ts';

/** More than this many publishes on their way to the bus make those wait who can. */
const MAX_UNDER_WAY = 2000;

/** Hands the market's events to the bus, and says when it keeps up. */
export class MarketPublisher {
  readonly #bus: Pick<Bus, 'publish'>;
  readonly #onError: (error: unknown) => void;
  #underWay = 0;
  #waiting: (() => void)[] = [];

  /** @param onError hears of publishes that the bus refused */
  constructor(bus: Pick<Bus, 'publish'>, onError: (error: unknown) => void) {
    this.#bus = bus;
    this.#onError = onError;
  }

  /**
   * The call reaches the bus before this returns, so the order of calls is the order of events.
   * @returns never rejects; undefined: the bus refused it
   */
  async publish(
    topic: string,
    payload: object,
    options?: PublishOptions,
    onPublished?: (event: BusEvent) => void,
  ): Promise<BusEvent | undefined> {
    let event: BusEvent | undefined;
    this.#underWay += 1;
    try {
      event = await this.#bus.publish(topic, payload, options);
      onPublished?.(event);
    } catch (error) {
      this.#onError(error);
    }
    this.#underWay -= 1;
    if (this.#underWay < MAX_UNDER_WAY && this.#waiting.length > 0) {
      for (const resolve of this.#waiting.splice(0)) resolve();
    }
    return event;
  }

  /** Resolves when the bus keeps up: for those who can be made to wait before they report more. */
  async room(): Promise<void> {
    if (this.#underWay < MAX_UNDER_WAY) return;
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
