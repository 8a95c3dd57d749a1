import type { Socket } from 'node:net';
import { randomIn } from '../../primitives/backoff.ts';

/** At random between them: those who came together must not come back together. */
const LATE_MS = { least: 1000, most: 3000 };
/** Of more the next are refused at once: a socket that waits costs memory. */
const MAX_WAITING = 5000;

/**
 * Refuses connections of those who ask for too many, but late: a client that comes back as soon as it is refused would
 * take the time of the others, and so it comes back once in two seconds or so.
 */
export class LateRefusals implements Disposable {
  readonly #waiting = new Map<Socket, NodeJS.Timeout>();

  /** @param refuse answers and ends */
  add(socket: Socket, refuse: () => void): void {
    if (this.#waiting.size >= MAX_WAITING) {
      refuse();
      return;
    }
    this.#waiting.set(socket, setTimeout(refuse, randomIn(LATE_MS)));
    socket.once('close', () => {
      clearTimeout(this.#waiting.get(socket));
      this.#waiting.delete(socket);
    });
    // what it sends is not wanted, and its end would not be seen unread
    socket.resume();
  }

  [Symbol.dispose](): void {
    for (const socket of this.#waiting.keys()) socket.destroy();
  }
}
