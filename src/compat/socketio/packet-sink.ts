import type { Socket } from 'socket.io';
import type { WebSocket } from 'ws';
import type { Batch, Sink } from '../../fanout/outbox/sink.ts';
import { socketSink } from '../../transports/websocket/socket-sink.ts';
import { packetOf } from './packets.ts';

type EngineSocket = Socket['conn'];

/**
 * Writes packets past Socket.IO, straight to the socket below its WebSocket: many in one write, and without being encoded
 * again. A client that still polls gets them from Engine.IO's own queue, until its transport is upgraded.
 */
export class PacketSink implements Sink {
  readonly #engine: EngineSocket;
  readonly #onReady: () => void;
  #direct: Sink | undefined;

  /** @param onReady called when the peer has taken what was sent */
  constructor(engine: EngineSocket, onReady: () => void) {
    this.#engine = engine;
    this.#onReady = onReady;
    this.#direct = this.#directSink();
    engine.on('upgrade', () => {
      this.#direct = this.#directSink();
      onReady();
    });
    engine.on('drain', onReady);
  }

  get ready(): boolean {
    if (this.#direct) return this.#direct.ready;
    const { readyState, writeBuffer } = this.#engine as unknown as {
      readyState: string;
      writeBuffer: unknown[];
    };
    // what is written waits there for the next poll, of which nothing is told before it has taken that
    return readyState === 'open' && writeBuffer.length === 0;
  }

  send(batch: Batch, from: number): number {
    if (this.#direct) return this.#direct.send(batch, from);
    // without the type of the Engine.IO message, which `write` puts before it
    const text = Buffer.from(packetOf(batch, from).slice(1), 'latin1').toString();
    this.#engine.write(text);
    return 1;
  }

  #directSink(): Sink | undefined {
    const { transport } = this.#engine as unknown as {
      transport: { name: string; socket?: WebSocket };
    };
    if (transport.name !== 'websocket' || typeof transport.socket?.send !== 'function') return undefined;
    return socketSink(transport.socket, this.#onReady, packetOf);
  }
}
