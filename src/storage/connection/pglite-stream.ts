import { Duplex } from 'node:stream';
import type { PGlite } from '@electric-sql/pglite';

const TERMINATE = 'X'.charCodeAt(0);

/** Stands in for the socket of a `pg.Client`: what is written goes to PGlite, and its answers are read from here. */
export class PgliteStream extends Duplex {
  readonly #db: PGlite;
  #unsent: Buffer = Buffer.alloc(0);
  #started = false;

  constructor(db: PGlite) {
    super({ allowHalfOpen: false });
    this.#db = db;
  }

  connect(): this {
    queueMicrotask(() => this.emit('connect'));
    return this;
  }

  // pg calls these of a socket
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#exchange(chunk).then(() => done(), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.push(null);
    done();
  }

  /** Sends all messages that are complete in one call, and keeps the rest for the next write. */
  async #exchange(chunk: Buffer): Promise<void> {
    this.#unsent = this.#unsent.length > 0 ? Buffer.concat([this.#unsent, chunk]) : chunk;
    let end = 0;
    for (;;) {
      if (this.#started && this.#unsent[end] === TERMINATE) {
        this.push(null);
        return;
      }
      const length = this.#messageLength(end);
      if (length === undefined) break;
      this.#started = true;
      end += length;
    }
    if (end === 0) return;
    const messages = new Uint8Array(this.#unsent.subarray(0, end));
    this.#unsent = Buffer.from(this.#unsent.subarray(end));
    await this.#db.runExclusive(() =>
      this.#db.execProtocolRawStream(messages, { onRawData: (data) => void this.push(Buffer.from(data)) }),
    );
  }

  /** Of the message that begins at `start`; undefined while it is not complete. The first message has no type byte. */
  #messageLength(start: number): number | undefined {
    const typeBytes = this.#started ? 1 : 0;
    const rest = this.#unsent.length - start;
    if (rest < typeBytes + 4) return undefined;
    const length = typeBytes + this.#unsent.readInt32BE(start + typeBytes);
    return rest < length ? undefined : length;
  }
}
