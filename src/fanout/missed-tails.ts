import type { BusEvent } from '../bus/bus.ts';
import type { Tail } from './frame.ts';

const MOST = 256;

/** Frames of events that were published before: many who come back at once missed the same. */
export class MissedTails {
  readonly #tails = new Map<string, Tail>();

  get({ epoch, sequence }: BusEvent): Tail | undefined {
    return this.#tails.get(`${epoch}/${sequence}`);
  }

  set({ epoch, sequence }: BusEvent, tail: Tail): void {
    const [oldest] = this.#tails.keys();
    if (this.#tails.size >= MOST && oldest !== undefined) this.#tails.delete(oldest);
    this.#tails.set(`${epoch}/${sequence}`, tail);
  }
}
