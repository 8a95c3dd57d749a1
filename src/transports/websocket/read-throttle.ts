import type { WebSocket } from 'ws';
import { randomIn } from '../../primitives/backoff.ts';

/** Answers that may wait for a peer to take them. */
const MAX_UNTAKEN_BYTES = 256 * 1024;
/** More refusals than operations taken that cost a peer no time: each part of a page may make the same mistake. */
const FREE_REFUSALS = 100;
/** At random between them: many that attack together are not to be heard together. */
const SLOWED_MS = { least: 250, most: 750 };

/**
 * Whether a peer is listened to. While it does not take its answers it is not, or it would decide how much memory it
 * costs; nor for half a second when it is refused again and again, or it would decide how much CPU it costs.
 */
export class ReadThrottle {
  readonly #webSocket: WebSocket;
  readonly #onTaken: () => void;
  #refusals = 0;
  #slowed: NodeJS.Timeout | undefined;

  /** @param onTaken called when a peer that is not listened to has taken something */
  constructor(webSocket: WebSocket, onTaken: () => void) {
    this.#webSocket = webSocket;
    this.#onTaken = onTaken;
  }

  /** Sends an answer. Not awaited: a failed write closes the socket, which is handled there. */
  answer(text: string): void {
    const webSocket = this.#webSocket;
    if (webSocket.readyState !== webSocket.OPEN) return;
    webSocket.send(text, () => {
      if (!webSocket.isPaused) return;
      this.#onTaken();
      this.#listen();
    });
    if (webSocket.bufferedAmount > MAX_UNTAKEN_BYTES) webSocket.pause();
  }

  /** An operation was refused. */
  refused(): void {
    this.#refusals += 1;
    if (this.#refusals <= FREE_REFUSALS || this.#slowed) return;
    this.pauseFor(randomIn(SLOWED_MS));
  }

  /** An operation was taken. */
  taken(): void {
    if (this.#refusals > 0) this.#refusals -= 1;
  }

  /** Nothing is read for so long. */
  pauseFor(ms: number): void {
    if (this.#slowed) return;
    this.#webSocket.pause();
    this.#slowed = setTimeout(() => {
      this.#slowed = undefined;
      this.#listen();
    }, ms);
  }

  /** The socket is closed. */
  close(): void {
    clearTimeout(this.#slowed);
  }

  #listen(): void {
    if (this.#slowed || this.#webSocket.bufferedAmount >= MAX_UNTAKEN_BYTES / 2) return;
    this.#webSocket.resume();
  }
}
