import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** What one attacking connection does, over and over. */
export type Attack = 'badFrames' | 'badTokens' | 'badDocuments' | 'flood';
export const ATTACKS: readonly Attack[] = ['badFrames', 'badTokens', 'badDocuments', 'flood'];

const INIT = text({ type: 'connection_init' });
const BAD_FRAMES = [
  Buffer.from([0xf1, 0x80, 0, 0, 0, 0]),
  Buffer.from([0x83, 0x80, 0, 0, 0, 0]),
  Buffer.from([0x81, 0x03, 0x61, 0x62, 0x63]),
  Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]),
  randomBytes(64),
];
const BAD_DOCUMENTS = [
  '{',
  '{ nothing }',
  'subscription { streamData(symbols: ["?"]) { price } }',
  `{ ${'serverTime '.repeat(200)} ${'{'.repeat(20)}`,
  '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
];

/** One connection that does harm as fast as it is answered, and comes back when it is cut off. */
export class Attacker {
  readonly #port: number;
  readonly #address: string;
  readonly #attack: Attack;
  #socket: Socket | undefined;
  #round = 0;
  #stopped = false;
  /** times it did something */
  acts = 0;

  /** @param address it says it comes from, as if through a proxy: this machine's own has no limits */
  constructor(port: number, address: string, attack: Attack) {
    this.#port = port;
    this.#address = address;
    this.#attack = attack;
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#socket?.destroy();
  }

  #connect(): void {
    if (this.#stopped) return;
    const socket = connect(this.#port, '127.0.0.1');
    this.#socket = socket;
    socket.setNoDelay();
    socket.write(upgrade(this.#port, this.#address));
    let isUpgraded = false;
    socket.on('data', () => {
      if (!isUpgraded) socket.write(INIT);
      isUpgraded = true;
      this.#act(socket);
    });
    // being cut off is what it is there for
    socket.on('error', () => {});
    socket.on('end', () => socket.destroy());
    socket.on('close', () => setTimeout(() => this.#connect(), 50));
  }

  #act(socket: Socket): void {
    this.acts += 1;
    this.#round += 1;
    const id = String(this.#round);
    switch (this.#attack) {
      case 'badFrames':
        socket.end(BAD_FRAMES[this.#round % BAD_FRAMES.length] ?? INIT);
        break;
      case 'badTokens':
        socket.end(
          text({
            type: 'connection_init',
            payload: { token: `${randomBytes(40).toString('base64url')}.a.b` },
          }),
        );
        break;
      case 'badDocuments':
        socket.write(subscribe(id, `${BAD_DOCUMENTS[this.#round % BAD_DOCUMENTS.length]} # ${id}`));
        break;
      case 'flood':
        for (let i = 0; i < 10; i += 1) {
          const each = `${id}-${i}`;
          socket.write(subscribe(each, 'subscription { streamData(symbols: ["MSFT"]) { price } }'));
          socket.write(text({ id: each, type: 'complete' }));
        }
        socket.write(text({ type: 'ping' }));
        break;
    }
  }
}

export const subscribe = (id: string, query: string): Buffer =>
  text({ id, type: 'subscribe', payload: { query } });

/** The request that turns HTTP into WebSocket. */
export const upgrade = (port: number, address: string): string =>
  `GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Forwarded-For: ${address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`;

/** A text frame. A mask of zeros is a mask. */
export function text(message: object): Buffer {
  const payload = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(8);
  head.set([0x81, 0xfe]);
  head.writeUInt16BE(payload.length, 2);
  if (payload.length > 125) return Buffer.concat([head, payload]);
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}
