import type { Tail } from './frame.ts';

const MOST_TAILS = 100;
const MOST_CHARACTERS = 65_536;

/** The newest frames of a channel, so that a short absence is made up for without reading or executing anything. */
export class RecentTails {
  readonly #tails: Tail[] = [];
  #characters = 0;
  /** everything after this sequence is here */
  #from: number;

  constructor(from: number) {
    this.#from = from;
  }

  add(tail: Tail): void {
    this.#tails.push(tail);
    this.#characters += tail.bytes.length;
    while (this.#tails.length > MOST_TAILS || this.#characters > MOST_CHARACTERS) {
      const dropped = this.#tails.shift();
      if (!dropped) return;
      this.#characters -= dropped.bytes.length;
      this.#from = dropped.sequence;
    }
  }

  /** All frames after a sequence; undefined: some are no longer here. */
  after(sequence: number): readonly Tail[] | undefined {
    if (sequence < this.#from) return undefined;
    return this.#tails.filter((tail) => tail.sequence > sequence);
  }
}
