import type { Socket as NetSocket } from 'node:net';
import type { Socket } from 'socket.io';
import type { WebSocket } from 'ws';
import type { Viewer } from '../../auth/viewer.ts';
import type { Limits } from '../../limits/limits.ts';
import { FrameGate } from '../../transports/websocket/frame-gate.ts';
import { ReadThrottle } from '../../transports/websocket/read-throttle.ts';

export interface FrameGuardOptions {
  readonly limits: Limits;
  readonly viewer: () => Viewer | null;
  readonly address: string;
}

/**
 * Bounds what a client sends over the WebSocket below its Socket.IO connection, as on every other WebSocket: too many messages
 * are read later, and a flood of other frames ends the connection. A client that polls is bounded by its requests.
 */
export class FrameGuard {
  readonly #engine: Socket['conn'];
  readonly #options: FrameGuardOptions;
  #throttle: ReadThrottle | undefined;
  #webSocket: WebSocket | undefined;

  constructor(engine: Socket['conn'], options: FrameGuardOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#guard();
    engine.on('upgrade', () => this.#guard());
  }

  /** An event was refused: a client that is refused again and again is listened to less often. */
  refused(): void {
    this.#throttle?.refused();
  }

  /** An event was taken. */
  taken(): void {
    this.#throttle?.taken();
  }

  /** Reads on, so that the client's answer to a close is seen. */
  close(): void {
    this.#throttle?.close();
    if (this.#webSocket?.isPaused) this.#webSocket.resume();
  }

  #guard(): void {
    const { transport } = this.#engine as unknown as {
      transport: { name: string; socket?: WebSocket & { readonly _socket?: NetSocket } };
    };
    const webSocket = transport.name === 'websocket' ? transport.socket : undefined;
    if (!webSocket?._socket) return;
    const { limits, viewer, address } = this.#options;
    const throttle = new ReadThrottle(webSocket, () => {});
    this.#throttle = throttle;
    this.#webSocket = webSocket;
    const gate = new FrameGate({
      rates: () => limits.framesOf(viewer()),
      isAcknowledged: () => true,
      onTooManyMessages: (waitMs) => throttle.pauseFor(waitMs),
      onFlood: () => {
        limits.failed(address);
        // its answer to a close would not be read any more
        webSocket.terminate();
      },
    });
    gate.guard(webSocket._socket);
  }
}
