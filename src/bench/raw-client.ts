import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { FrameWalker } from './frame-walker.ts';

export interface RawClientOptions {
  readonly port: number;
  /** Hears of each text frame after the first (the ack); the payload only when `sampled`. */
  readonly onText: (payload: Buffer | undefined) => void;
  readonly sampled: boolean;
  readonly initPayload?: object | undefined;
}

/** A graphql-transport-ws client on a bare TCP socket, so that counting costs next to nothing. */
export class RawClient {
  readonly socket: Socket;
  readonly #options: RawClientOptions;
  #upgraded: Buffer | undefined = Buffer.alloc(0);
  #acknowledged = false;
  #onReady: () => void = () => {};
  readonly #walker: FrameWalker;
  readonly ready: Promise<void>;

  constructor(options: RawClientOptions) {
    this.#options = options;
    this.#walker = new FrameWalker(
      (opcode, payload) => this.#handleFrame(opcode, payload),
      () => options.sampled,
    );
    this.socket = connect(options.port, '127.0.0.1');
    this.ready = new Promise((resolve, reject) => {
      this.#onReady = resolve;
      // a socket that fails later closes; what it misses shows in the counts
      this.socket.on('error', reject);
    });
    this.socket.setNoDelay();
    this.socket.on('connect', () => {
      this.socket.write(
        `GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:${options.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`,
      );
    });
    this.socket.on('data', (chunk) => this.#handleData(chunk));
  }

  get sampled(): boolean {
    return this.#options.sampled;
  }

  send(message: object): void {
    this.socket.write(maskedFrame(1, Buffer.from(JSON.stringify(message))));
  }

  #handleData(chunk: Buffer): void {
    if (!this.#upgraded) {
      this.#walker.push(chunk);
      return;
    }
    this.#upgraded = Buffer.concat([this.#upgraded, chunk]);
    const end = this.#upgraded.indexOf('\r\n\r\n');
    if (end < 0) return;
    if (!this.#upgraded.toString('latin1', 0, 12).endsWith('101')) {
      this.socket.destroy(new Error(`no upgrade: ${this.#upgraded.toString('latin1', 0, 80)}`));
      return;
    }
    const rest = this.#upgraded.subarray(end + 4);
    this.#upgraded = undefined;
    this.send({
      type: 'connection_init',
      ...(this.#options.initPayload ? { payload: this.#options.initPayload } : {}),
    });
    if (rest.length > 0) this.#walker.push(rest);
  }

  #handleFrame(opcode: number, payload: Buffer | undefined): void {
    if (opcode === 9) this.socket.write(maskedFrame(10, payload ?? Buffer.alloc(0)));
    else if (opcode === 8) this.socket.destroy();
    else if (opcode === 1 && !this.#acknowledged) {
      this.#acknowledged = true;
      this.#onReady();
    } else if (opcode === 1) this.#options.onText(payload);
  }
}

/** Clients must mask; a mask of zeros is one, and leaves the payload as it is. */
function maskedFrame(opcode: number, payload: Buffer): Buffer {
  const long = payload.length > 125;
  const head = Buffer.alloc(long ? 8 : 6);
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | (long ? 126 : payload.length);
  if (long) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}
