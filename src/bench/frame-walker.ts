/**
 * Finds the frames in a byte stream that a WebSocket server sends, however the stream is cut. Payloads are not copied
 * unless asked for. https://www.rfc-editor.org/rfc/rfc6455#section-5.2
 */
export class FrameWalker {
  readonly #onFrame: (opcode: number, payload: Buffer | undefined) => void;
  readonly #wantsPayload: () => boolean;
  #rest: Buffer | undefined;
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
    let bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = undefined;
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, bytes.length);
      this.#skip -= skipped;
      bytes = bytes.subarray(skipped);
    }
    let at = 0;
    while (at < bytes.length) {
      const head = headAt(bytes, at);
      if (!head) break;
      const { opcode, start, length } = head;
      const end = start + length;
      // control frames are small and answered, so they are always wanted
      if (opcode >= 8 || this.#wantsPayload()) {
        if (end > bytes.length) break;
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
    if (at < bytes.length) this.#rest = Buffer.from(bytes.subarray(at));
  }
}

function headAt(bytes: Buffer, at: number): { opcode: number; start: number; length: number } | undefined {
  if (at + 2 > bytes.length) return undefined;
  const opcode = bytes.readUInt8(at) & 0x0f;
  const short = bytes.readUInt8(at + 1) & 0x7f;
  if (short < 126) return { opcode, start: at + 2, length: short };
  if (short === 126) {
    return at + 4 > bytes.length ? undefined : { opcode, start: at + 4, length: bytes.readUInt16BE(at + 2) };
  }
  return at + 10 > bytes.length
    ? undefined
    : { opcode, start: at + 10, length: Number(bytes.readBigUInt64BE(at + 2)) };
}
