import type { Notice } from './notice.ts';

/** A notice as a client receives it. */
export interface QueuedNotice extends Notice {
  /** epoch ms */
  readonly at: number;
  /** notices before this one that nobody read and that were dropped, since more than 100 waited */
  readonly dropped: number;
}

const MAX_QUEUED = 100;

type OnNotice = (notice: QueuedNotice) => void;

/** The notices of one client that nobody has read yet. */
class Queue {
  holders = 0;
  readonly listeners = new Set<OnNotice>();
  #waiting: QueuedNotice[] = [];

  push(notice: Omit<QueuedNotice, 'dropped'>): void {
    if (this.listeners.size > 0) {
      for (const onNotice of this.listeners) onNotice({ ...notice, dropped: 0 });
      return;
    }
    this.#waiting.push({ ...notice, dropped: 0 });
    if (this.#waiting.length <= MAX_QUEUED) return;
    const [oldest] = this.#waiting.splice(0, 1);
    const [next, ...others] = this.#waiting;
    // the oldest that is left says how many are missing before it
    if (oldest && next) this.#waiting = [{ ...next, dropped: next.dropped + oldest.dropped + 1 }, ...others];
  }

  take(): readonly QueuedNotice[] {
    return this.#waiting.splice(0);
  }
}

/**
 * Keeps what clients should know beside their events until they subscribe to it, by client: a WebSocket connection, or
 * what a client calls itself where each of its operations has a connection of its own. Costs nothing for a client of
 * which there is nothing to say.
 */
export class NoticeBoard {
  readonly #queues = new Map<string, Queue>();

  /** Clients of which something waits, or that listen. */
  get size(): number {
    return this.#queues.size;
  }

  /** Queues a notice, or passes it on where the client listens. */
  push(client: string, notice: Notice): void {
    this.#of(client).push({ ...notice, at: Date.now() });
  }

  /**
   * Passes on what waits and what comes. `onNotice` must not throw.
   * @returns ends it
   */
  listen(client: string, onNotice: OnNotice): () => void {
    const queue = this.#of(client);
    queue.listeners.add(onNotice);
    for (const notice of queue.take()) onNotice(notice);
    return () => {
      queue.listeners.delete(onNotice);
      this.#tidy(client, queue);
    };
  }

  /** Keeps what is said of a client although nobody listens. @returns lets go of it, with the client's last connection */
  hold(client: string): () => void {
    let isHeld = true;
    const queue = this.#of(client);
    queue.holders += 1;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      queue.holders -= 1;
      this.#tidy(client, queue);
    };
  }

  /** Forgets a client whose only connection is closed. */
  forget(client: string): void {
    const queue = this.#queues.get(client);
    if (queue) this.#tidy(client, queue);
  }

  #of(client: string): Queue {
    let queue = this.#queues.get(client);
    if (!queue) {
      queue = new Queue();
      this.#queues.set(client, queue);
    }
    return queue;
  }

  #tidy(client: string, queue: Queue): void {
    if (queue.holders > 0 || queue.listeners.size > 0 || this.#queues.get(client) !== queue) return;
    this.#queues.delete(client);
  }
}
