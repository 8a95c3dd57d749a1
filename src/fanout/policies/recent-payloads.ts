import type { SharedPayload } from '../payload/shared-payload.ts';

const MAX_PAYLOADS = 100;
const MAX_CHARACTERS = 65_536;

/** The newest frames of a channel, so that a short absence is made up for without reading or executing anything. */
export class RecentPayloads {
  readonly #payloads: SharedPayload[] = [];
  #characters = 0;
  /** all frames after this sequence are here */
  #from: number;

  constructor(from: number) {
    this.#from = from;
  }

  add(payload: SharedPayload): void {
    this.#payloads.push(payload);
    this.#characters += payload.bytes.length;
    while (this.#payloads.length > MAX_PAYLOADS || this.#characters > MAX_CHARACTERS) {
      const dropped = this.#payloads.shift();
      if (!dropped) return;
      this.#characters -= dropped.bytes.length;
      this.#from = dropped.sequence;
    }
  }

  /** All frames after a sequence; undefined: some are no longer here. */
  after(sequence: number): readonly SharedPayload[] | undefined {
    if (sequence < this.#from) return undefined;
    return this.#payloads.filter((payload) => payload.sequence > sequence);
  }
}
