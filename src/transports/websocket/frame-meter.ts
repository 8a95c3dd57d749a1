const CONTROL = 8;

/** How many frames of each kind a chunk begins. */
export interface FrameCounts {
  /** text and binary: the first frame of each message */
  messages: number;
  /** ping, pong, close, and every continuation of a message */
  others: number;
}

/**
 * Counts the frames in a stream of bytes, wherever it is cut, from their heads alone:
 * https://www.rfc-editor.org/rfc/rfc6455#section-5.2. It judges nothing: frames that are wrong are refused by ws.
 */
export class FrameMeter {
  /** bytes of payload to pass over */
  #payload = 0;
  /** bytes of the head that came */
  #at = 0;
  #headLength = 2;
  #lengthBytes = 0;
  #length = 0;

  count(chunk: Uint8Array): FrameCounts {
    const counts: FrameCounts = { messages: 0, others: 0 };
    let i = 0;
    while (i < chunk.length) {
      if (this.#payload > 0) {
        const passed = Math.min(this.#payload, chunk.length - i);
        this.#payload -= passed;
        i += passed;
        continue;
      }
      this.#head(chunk[i] ?? 0, counts);
      i += 1;
    }
    return counts;
  }

  #head(byte: number, counts: FrameCounts): void {
    if (this.#at === 0) {
      const opcode = byte & 0x0f;
      if (opcode === 0 || opcode >= CONTROL) counts.others += 1;
      else counts.messages += 1;
      this.#length = 0;
    } else if (this.#at === 1) {
      const length = byte & 0x7f;
      this.#lengthBytes = length === 126 ? 2 : length === 127 ? 8 : 0;
      if (this.#lengthBytes === 0) this.#length = length;
      this.#headLength = 2 + this.#lengthBytes + (byte & 0x80 ? 4 : 0);
    } else if (this.#at < 2 + this.#lengthBytes) {
      this.#length = this.#length * 256 + byte;
    }
    this.#at += 1;
    if (this.#at < 2 || this.#at < this.#headLength) return;
    this.#payload = this.#length;
    this.#at = 0;
  }
}
