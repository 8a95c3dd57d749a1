import { connect, type Socket } from 'node:net';
import { subscribe, text, upgrade } from './attacker.ts';

/** What one connection does, as fast as it can. */
export type FloodKind = 'pings' | 'pongs' | 'aliases' | 'costs';

export interface Flood {
  readonly title: string;
  readonly kind: FloodKind;
  readonly sockets: number;
}

export const FLOODS: readonly Flood[] = [
  { title: '8 sockets without connection_init, 20,000 pings/s each', kind: 'pings', sockets: 8 },
  { title: '1 socket without connection_init, 20,000 pings/s', kind: 'pings', sockets: 1 },
  { title: '8 sockets that send pongs flat out', kind: 'pongs', sockets: 8 },
  { title: '1 user, 5,000 subscriptions of distinct aliases of the symbol', kind: 'aliases', sockets: 1 },
  { title: '1 user, 16 queries of the maximum cost in flight', kind: 'costs', sockets: 1 },
];

const PINGS = Buffer.concat(Array.from({ length: 100 }, () => Buffer.from([0x89, 0x80, 0, 0, 0, 0])));
const PINGS_EVERY_MS = 5;
const PONGS = Buffer.concat(Array.from({ length: 10_000 }, () => Buffer.from([0x8a, 0x80, 0, 0, 0, 0])));
const ALIASES = 5000;
const IN_FLIGHT = 16;
const LEVELS = Array.from({ length: 1000 }, (_, i) => i);
const BOOK = {
  symbol: 'FLOOD.US',
  bids: LEVELS.map((i) => ({ price: String(10_000 - i), size: '1' })),
  asks: LEVELS.map((i) => ({ price: String(10_001 + i), size: '1' })),
};
const BOOK_MUTATION = 'mutation ($b: OrderBookInput!) { publishOrderBook(input: $b) { accepted } }';
const half = (alias: string): string =>
  `${alias}: orderBook(symbol: "FLOOD.US", depth: 1000) { bids { price size } asks { price size } }`;
/** Costs 8,006 of at most 10,000. */
const COSTLY = `{ ${half('a')} ${half('b')} }`;
const RECONNECT_MS = 50;

/** One connection that floods, and comes back when it is cut off. */
export class Flooder {
  readonly #port: number;
  readonly #kind: FloodKind;
  readonly #token: string;
  #socket: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #round = 0;
  #stopped = false;
  /** frames or operations sent */
  acts = 0;

  constructor(port: number, kind: FloodKind, token: string) {
    this.#port = port;
    this.#kind = kind;
    this.#token = token;
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#socket?.destroy();
  }

  #connect(): void {
    if (this.#stopped) return;
    const socket = connect(this.#port, '127.0.0.1');
    this.#socket = socket;
    socket.setNoDelay();
    socket.write(upgrade(this.#port, '203.0.113.9'));
    let heard = 0;
    socket.on('data', (chunk) => {
      heard += 1;
      if (heard === 1) this.#begin(socket);
      else this.#answered(socket, chunk);
    });
    // being cut off is what it is there for
    socket.on('error', () => {});
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#connect(), RECONNECT_MS);
    });
  }

  #begin(socket: Socket): void {
    if (this.#kind === 'pings') this.#ping(socket);
    else if (this.#kind === 'pongs') this.#pong(socket);
    else socket.write(text({ type: 'connection_init', payload: { token: this.#token } }));
  }

  #ping(socket: Socket): void {
    if (socket.destroyed) return;
    socket.write(PINGS);
    this.acts += 100;
    this.#timer = setTimeout(() => this.#ping(socket), PINGS_EVERY_MS);
  }

  #pong(socket: Socket): void {
    if (socket.destroyed) return;
    socket.write(PONGS, () => setImmediate(() => this.#pong(socket)));
    this.acts += 10_000;
  }

  #answered(socket: Socket, chunk: Buffer): void {
    if (chunk.includes('connection_ack')) this.#acknowledged(socket);
    else if (this.#kind === 'costs') for (let i = completions(chunk); i > 0; i -= 1) this.#ask(socket);
  }

  #acknowledged(socket: Socket): void {
    if (this.#kind === 'costs') {
      const query = { query: BOOK_MUTATION, variables: { b: BOOK } };
      socket.write(large({ id: 'book', type: 'subscribe', payload: query }));
      for (let i = 0; i < IN_FLIGHT; i += 1) this.#ask(socket);
      return;
    }
    for (let i = 0; i < ALIASES; i += 1) {
      socket.write(subscribe(String(i), `subscription { streamData(symbols: ["AAPL"]) { a${i}: price } }`));
    }
    this.acts += ALIASES;
  }

  #ask(socket: Socket): void {
    this.#round += 1;
    this.acts += 1;
    socket.write(subscribe(`q${this.#round}`, COSTLY));
  }
}

/** Operations that a chunk says are over; one whose end is cut between chunks is missed, which is rare. */
const completions = (chunk: Buffer): number =>
  (chunk.toString('latin1').match(/"type":"(complete|error)"/g) ?? []).length;

/** A text frame of more than 64 KB. */
function large(message: object): Buffer {
  const payload = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(14);
  head.set([0x81, 0xff]);
  head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head, payload]);
}
