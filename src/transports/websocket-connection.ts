import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Viewer } from '../auth/viewer.ts';
import type { Hub } from '../fanout/hub.ts';
import type { Outbox } from '../fanout/outbox.ts';
import type { FormatError } from '../graphql/format-error.ts';
import { CLOSE } from './close-codes.ts';
import type { Connection } from './connections.ts';
import { ParkedStream } from './parked-stream.ts';
import { socketSink } from './socket-sink.ts';

/** One WebSocket client. */
export class WebSocketConnection implements Connection {
  readonly outbox: Outbox;
  /** Set by connection_init. */
  viewer: Viewer | null = null;
  readonly #webSocket: WebSocket;
  #answered = true;
  /** queries and mutations under way */
  #answering = 0;
  #leaving = false;
  #id: string | undefined;
  #streams: Map<string, ParkedStream> | undefined;

  constructor(webSocket: WebSocket, hub: Hub) {
    this.#webSocket = webSocket;
    this.outbox = hub.openOutbox(socketSink(webSocket, () => this.outbox.resume()));
  }

  /** Made when somebody asks: most connections are never addressed. */
  get id(): string {
    this.#id ??= randomUUID();
    return this.#id;
  }

  /**
   * A stream for an operation. graphql-ws takes an id again as soon as the client completed it, even while it still
   * starts what had the id before, and then forgets that: so it is closed here.
   */
  openStream(operationId: string, formatError: FormatError): ParkedStream {
    this.#streams ??= new Map();
    const streams = this.#streams;
    streams.get(operationId)?.close();
    const stream = new ParkedStream(formatError);
    streams.set(operationId, stream);
    stream.onClose(() => {
      if (streams.get(operationId) === stream) streams.delete(operationId);
    });
    return stream;
  }

  /** The peer said something. */
  heard(): void {
    this.#answered = true;
  }

  probe(): boolean {
    if (!this.#answered) return false;
    this.#answered = false;
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.ping();
    return true;
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  close({ code, reason }: { code: number; reason: string }): void {
    this.#webSocket.close(code, reason);
  }

  closeStuck(): void {
    // a reader that comes back within ws' close timeout (30 s) still learns the code; then the socket is destroyed
    this.close(CLOSE.stuckReader);
  }

  /** What was asked is answered first. */
  closeGoingAway(): void {
    this.#leaving = true;
    if (this.#answering === 0) this.close(CLOSE.goingAway);
  }

  /** Runs a query or mutation of this client. */
  async answer<T>(run: () => Promise<T>): Promise<T> {
    this.#answering += 1;
    try {
      return await run();
    } finally {
      // graphql-ws sends what this gives in the next turn
      setImmediate(() => {
        this.#answering -= 1;
        if (this.#leaving) this.closeGoingAway();
      });
    }
  }
}
