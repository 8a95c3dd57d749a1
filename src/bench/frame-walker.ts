/**
 * Finds the frames in a byte stream that a WebSocket server sends, however the stream is cut. Payloads are not copied
 * unless asked for. https://www.rfc-editor.org/rfc/rfc6455#section-5.2
 */
export class FrameWalker {
  readonly #onFrame: (opcode: number, payload: Buffer | undefined) => void;
  readonly #wantsPayload: () => boolean;
  /** of what is not complete: copies, in the order in which they came */
  #parts: Buffer[] = [];
  #held = 0;
  /** nothing is found in fewer bytes: joined with each piece, a large frame would be copied as often as it is cut */
  #needed = 0;
  /** payload bytes of the current frame that are still to come and not wanted */
  #skip = 0;

  /**
   * @param onFrame hears of each whole frame; the payload is there only when wanted
   * @param wantsPayload asked at the head of each frame
   */
  constructor(
    onFrame: (opcode: number, payload: Buffer | undefined) => void,
    wantsPayload: () => boolean = () => false,
  ) {
    this.#onFrame = onFrame;
    this.#wantsPayload = wantsPayload;
  }

  push(chunk: Buffer): void {
    if (this.#held + chunk.length < this.#needed) {
      this.#hold(chunk);
      return;
    }
    let bytes = this.#held > 0 ? Buffer.concat([...this.#parts, chunk]) : chunk;
    this.#parts = [];
    this.#held = 0;
    this.#needed = 0;
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, bytes.length);
      this.#skip -= skipped;
      bytes = bytes.subarray(skipped);
    }
    let at = 0;
    while (at < bytes.length) {
      const head = headAt(bytes, at);
      if (!head) {
        this.#needed = headLength(bytes, at);
        break;
      }
      const { opcode, start, length } = head;
      const end = start + length;
      // control frames are small and answered, so they are always wanted
      if (opcode >= 8 || this.#wantsPayload()) {
        if (end > bytes.length) {
          this.#needed = end - at;
          break;
        }
        this.#onFrame(opcode, bytes.subarray(start, end));
      } else {
        this.#onFrame(opcode, undefined);
        if (end > bytes.length) {
          this.#skip = end - bytes.length;
          return;
        }
      }
      at = end;
    }
    if (at < bytes.length) this.#hold(bytes.subarray(at));
  }

  #hold(bytes: Buffer): void {
    this.#parts.push(Buffer.from(bytes));
    this.#held += bytes.length;
  }
}

/** As far as it can be told from what is there. */
function headLength(bytes: Buffer, at: number): number {
  if (at + 2 > bytes.length) return 2;
  const short = bytes.readUInt8(at + 1) & 0x7f;
  return short < 126 ? 2 : short === 126 ? 4 : 10;
}

function headAt(bytes: Buffer, at: number): { opcode: number; start: number; length: number } | undefined {
  const start = at + headLength(bytes, at);
  if (start > bytes.length) return undefined;
  const opcode = bytes.readUInt8(at) & 0x0f;
  const length =
    start - at === 2
      ? bytes.readUInt8(at + 1) & 0x7f
      : start - at === 4
        ? bytes.readUInt16BE(at + 2)
        : Number(bytes.readBigUInt64BE(at + 2));
  return { opcode, start, length };
}
