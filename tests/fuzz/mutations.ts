import { seededRandom } from '../support/seeded.ts';
import { frameBytes } from '../support/tcp-client.ts';

const QUERIES = [
  '{ serverTime viewer { id roles } }',
  'query ($s: Symbol!) { quote(symbol: $s) { price } orderBook(symbol: $s, depth: 5) { bids { price } } }',
  'query ($n: Int, $t: String) { rooms(first: $n, search: $t, after: $t) { edges { node { id name } } } }',
  'query ($r: ID!) { room(id: $r) { name viewerRole messages(last: 5) { edges { node { content } } } } }',
  'query ($c: Cursor) { inbox(after: $c) { edges { node { content } } } }',
  'subscription ($l: [Symbol!]!) { streamData(symbols: $l, delivery: { mode: EVERY }) { symbol price } }',
  'subscription ($s: Symbol!, $n: Int) { orderBook(symbol: $s, depth: $n) { bids { price size } checksum } }',
  'subscription ($r: ID!, $c: Cursor) { roomMessages(roomId: $r, after: $c) { kind message { content } } }',
  'subscription { inbox { content } }',
  'mutation ($l: [QuoteInput!]!) { publishQuotes(input: $l) { accepted } }',
  'mutation ($r: ID!, $t: String!) { sendRoomMessage(roomId: $r, input: { content: $t, metadata: { a: 1 } }) { id } }',
  'mutation ($t: String!) { createRoom(input: { name: $t, type: PRIVATE }) { id } }',
  'mutation ($r: ID!, $t: ID!) { inviteToRoom(roomId: $r, userId: $t) { role } }',
  'mutation ($r: ID!) { acceptRoomInvitation(roomId: $r) { role } }',
  'mutation ($r: ID!) { declineRoomInvitation(roomId: $r, block: true) }',
  'mutation ($t: ID!) { unblockInviter(userId: $t) }',
  'mutation ($r: ID!) { markRoomRead(roomId: $r) { unreadCount } }',
  '{ __schema { types { name fields { name } } } }',
];
/** What has broken servers before. */
const AWKWARD: readonly unknown[] = [
  null, true, 0, -1, 1.5, 2 ** 53, 1e308, '', ' ', '\0', '\ud800', '💥', 'AAPL', '600519', '__proto__', 'constructor',
  '1e400', 'NaN', '../..', '%00', "' OR 1=1 --", '{}', [], {}, [[[]]], { a: { b: [null] } }, ['AAPL'], ['AAPL', 'AAPL'],
  [{ symbol: 'AAPL', price: '1' }], [{ symbol: 'AAPL', price: 1e308 }], 'x'.repeat(5000), '{', '}', '"', '\\', '\u202e',
  'cm9vbS94LzEvMQ', 'a2V5L1tdCg', '2026-01-01T00:00:00Z', Number.MAX_SAFE_INTEGER,
]; // biome-ignore format: a list of words
const WORDS = [
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '...',
  '@include(if: $n)',
  '@skip',
  '$',
  '!',
  ':',
  'fragment F on Query {',
  '"""',
  '#',
  ',',
  'query',
  'subscription',
  'mutation',
  '__typename',
  '\\u0000',
  '1e999',
  'null',
  '"',
  '\\',
];

/** Random messages, right, nearly right and wrong. The same seed gives the same ones. */
export class Mutations {
  readonly random: () => number;
  readonly #rooms: readonly string[];
  /** The last frame's end may be somewhere in what follows it. */
  isTorn = false;

  /** @param rooms ids that exist */
  constructor(seed: number, rooms: readonly string[]) {
    this.random = seededRandom(seed);
    this.#rooms = rooms;
  }

  below(count: number): number {
    return Math.floor(this.random() * count);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  /** A GraphQL request as JSON text. */
  body(): string {
    return this.#spoil(JSON.stringify(this.#request()), 0.25);
  }

  /** One frame's bytes, or noise. */
  frame(): Buffer {
    const dice = this.random();
    this.isTorn = dice < 0.01;
    if (this.isTorn) return this.noise();
    const payload = this.#spoil(JSON.stringify(this.#message()), 0.04);
    if (dice < 0.97) return frameBytes({ payload });
    this.isTorn = this.random() < 0.1;
    return frameBytes({
      payload: dice < 0.98 ? this.noise() : payload,
      fin: this.random() < 0.7,
      rsv: this.random() < 0.2 ? this.below(8) : 0,
      opcode: this.random() < 0.5 ? this.below(16) : 1,
      masked: this.random() < 0.9,
      ...(this.isTorn ? { claims: this.below(2 ** 20) } : {}),
    });
  }

  noise(): Buffer {
    return Buffer.from(Array.from({ length: this.below(200) }, () => this.below(256)));
  }

  #message(): object {
    const id = String(this.below(20));
    const dice = this.random();
    if (dice < 0.75) return { id, type: 'subscribe', payload: this.#request() };
    if (dice < 0.9) return { id, type: 'complete' };
    const type = this.pick(['ping', 'ping', 'pong', 'connection_init', 'next', 'start']);
    return { type, payload: this.random() < 0.5 ? this.pick(AWKWARD) : { a: 1 } };
  }

  #request(): object {
    const wild = this.random() < 0.4;
    const value = (usual: unknown): unknown => (wild && this.random() < 0.5 ? this.pick(AWKWARD) : usual);
    const variables = {
      s: value('AAPL'),
      l: value(this.random() < 0.5 ? ['AAPL', 'MSFT'] : [{ symbol: 'AAPL', price: '1' }]),
      n: value(3),
      t: value('text'),
      r: value(this.pick(this.#rooms)),
      c: value(null),
    };
    const query = this.random() < 0.3 ? this.#spoilQuery(this.pick(QUERIES)) : this.pick(QUERIES);
    return { query, variables, ...(wild ? { operationName: this.pick(AWKWARD) } : {}) };
  }

  #spoilQuery(text: string): string {
    const at = this.below(text.length);
    const dice = this.random();
    if (dice < 0.5) return `${text.slice(0, at)} ${this.pick(WORDS)} ${text.slice(at)}`;
    if (dice < 0.75) return text.slice(0, at) + text.slice(at + this.below(10));
    return `${text.slice(0, at)}${this.pick(QUERIES).slice(this.below(20))}`;
  }

  #spoil(text: string, share: number): string {
    if (this.random() >= share) return text;
    const at = this.below(text.length);
    const dice = this.random();
    if (dice < 0.3) return text.slice(0, at);
    if (dice < 0.6) return text.slice(0, at) + this.pick(WORDS) + text.slice(at);
    if (dice < 0.8) return text.slice(0, at) + String.fromCharCode(this.below(256)) + text.slice(at + 1);
    return text + text.slice(at);
  }
}
