import type { Outbox } from '../fanout/outbox/outbox.ts';

/** One open WebSocket or event stream, as far as the housekeeping needs to know it. */
export interface Connection {
  readonly outbox: Outbox;
  /** Asks the peer for a sign of life; false: it did not answer the last time. */
  probe(): boolean;
  /** The peer is gone or silent. */
  terminate(): void;
  /** The reader stayed behind for too long: it is told to come back, and cut off. */
  closeStuck(): void;
  /** The server stops. */
  closeGoingAway(): void;
}

export interface ConnectionsOptions {
  /** A peer that does not answer within this is cut off. */
  readonly keepAliveMs: number;
  /** A reader that takes nothing for so long is closed. */
  readonly stuckAfterMs: number;
  readonly onStuck: () => void;
}

const BUCKETS = 12;
const MAX_SWEEP_MS = 1000;
const DRAIN_STEP_MS = 20;

/** All open connections and the timers they share. Probes are spread, so that ten thousand do not go out at once. */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #buckets: Set<Connection>[] = Array.from({ length: BUCKETS }, () => new Set());
  readonly #timers: NodeJS.Timeout[];
  readonly #cutOff = new WeakSet<Connection>();
  #next = 0;
  #probing = 0;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#timers = [
      setInterval(() => this.#probe(), options.keepAliveMs / BUCKETS),
      setInterval(() => this.#closeStuck(), Math.min(MAX_SWEEP_MS, options.stuckAfterMs / 4)),
    ];
  }

  /** @returns forgets the connection */
  add(connection: Connection): () => void {
    const bucket = this.#buckets[this.#next++ % BUCKETS];
    bucket?.add(connection);
    return () => bucket?.delete(connection);
  }

  get total(): number {
    return this.#buckets.reduce((sum, bucket) => sum + bucket.size, 0);
  }

  /** Tells all clients to go, in an order that favours nobody, spread evenly over some time. */
  async drain(overMs: number): Promise<void> {
    const leaving = [...this.#all()].sort(() => Math.random() - 0.5);
    const startedAt = performance.now();
    for (const [i, connection] of leaving.entries()) {
      const dueIn = startedAt + (overMs * i) / leaving.length - performance.now();
      if (dueIn >= DRAIN_STEP_MS) await new Promise((resolve) => setTimeout(resolve, dueIn));
      connection.closeGoingAway();
    }
    // who came in before the admission was shut
    for (const connection of [...this.#all()]) connection.closeGoingAway();
  }

  terminateAll(): void {
    for (const connection of [...this.#all()]) connection.terminate();
  }

  dispose(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  *#all(): Iterable<Connection> {
    for (const bucket of this.#buckets) yield* bucket;
  }

  #probe(): void {
    const bucket = this.#buckets[this.#probing++ % BUCKETS];
    for (const connection of [...(bucket ?? [])]) if (!connection.probe()) connection.terminate();
  }

  #closeStuck(): void {
    const now = performance.now();
    for (const connection of [...this.#all()]) {
      const { stalledSince } = connection.outbox;
      if (stalledSince === 0 || now - stalledSince < this.#options.stuckAfterMs) continue;
      if (this.#cutOff.has(connection)) continue;
      this.#cutOff.add(connection);
      this.#options.onStuck();
      connection.closeStuck();
    }
  }
}
