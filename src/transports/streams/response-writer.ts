import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { chunkOf, textOfChunk } from './stream-format.ts';

/** What `http` keeps of a response beside its documented interface; checked before it is used. */
interface ResponseInternals {
  readonly chunkedEncoding?: unknown;
}

/**
 * Writes a streamed answer straight to the socket below an HTTP response: several chunks in one write, without the four
 * writes a chunk that `http` makes. Where a response cannot be written like that (HTTP/1.0, a request that was sent
 * before the answer to another one) it goes through `response.write`.
 */
export class ResponseWriter {
  readonly #response: ServerResponse;
  readonly #socket: Socket | undefined;
  readonly #onReady: () => void;
  #hasEnded = false;
  #ending: NodeJS.Timeout | undefined;

  /**
   * Sends the head of the answer.
   * @param opening the first text of the body, as `latin1`
   * @param onReady called when the peer has taken what was written
   */
  constructor(
    response: ServerResponse,
    head: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
    opening: string,
    onReady: () => void,
  ) {
    this.#response = response;
    this.#onReady = onReady;
    const { socket } = response;
    // the head and the opening leave together
    socket?.cork();
    socket?.setKeepAlive(true);
    response.writeHead(head.status, { ...head.headers });
    response.flushHeaders();
    this.#socket = isWrittenDirectly(response) ? (socket ?? undefined) : undefined;
    (this.#socket ?? response).on('drain', onReady);
    response.once('close', () => this.#close());
    this.write(chunkOf(opening));
    socket?.uncork();
  }

  /** False while the peer has not taken what was sent. */
  get ready(): boolean {
    if (this.#hasEnded || this.#response.destroyed) return false;
    const { writableNeedDrain, writableLength } = this.#socket ?? this.#response;
    return !writableNeedDrain || writableLength === 0;
  }

  /** @param chunks whole chunks of the answer, as `latin1` */
  write(chunks: string): void {
    if (this.#hasEnded || this.#response.destroyed) return;
    if (this.#socket) this.#socket.write(chunks, 'latin1');
    else for (const text of textsOf(chunks)) this.#response.write(text, 'latin1');
  }

  /** Ends the answer. @param afterMs so long after the last text */
  end(afterMs = 0): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#detach();
    if (afterMs > 0) this.#ending = setTimeout(() => this.#response.end(), afterMs);
    else this.#response.end();
  }

  /** Cuts the connection. */
  destroy(): void {
    this.#response.destroy();
  }

  #close(): void {
    clearTimeout(this.#ending);
    this.#detach();
  }

  #detach(): void {
    // the socket may carry further requests
    (this.#socket ?? this.#response).off('drain', this.#onReady);
  }
}

function isWrittenDirectly(response: ServerResponse): boolean {
  const { chunkedEncoding } = response as ResponseInternals;
  return chunkedEncoding === true && typeof response.socket?.write === 'function';
}

function* textsOf(chunks: string): Iterable<string> {
  for (let at = 0; at < chunks.length; ) {
    const headEnd = chunks.indexOf('\r\n', at);
    const end = headEnd + 2 + Number.parseInt(chunks.slice(at, headEnd), 16) + 2;
    yield textOfChunk(chunks.slice(at, end));
    at = end;
  }
}
