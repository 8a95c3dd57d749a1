import { connect, type Socket } from 'node:net';
import { type Delivered, measure, medianOf } from './delivery-bench.ts';
import { Parts } from './parts.ts';
import { Publisher } from './publisher.ts';
import { RawClient } from './raw-client.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { sign } from './sign.ts';
import { WirePool } from './wire-pool.ts';
import { textFrame, WIRES } from './wire-script.ts';

export interface WiresScale {
  readonly subscribers: number;
  readonly seconds: number;
}

export interface WireFigures {
  /** one event at a time: each is written by itself */
  readonly single: Delivered;
  /** events of many symbols at once: several share a write */
  readonly batched: Delivered;
}

export type WiresFigures = Readonly<Record<string, WireFigures>>;

const ROUNDS = 3;
/** Symbols of one batch. Each client watches all of them, so that LATEST replaces nothing. */
const SYMBOLS = Array.from({ length: 25 }, (_, i) => `W${'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.charAt(i)}`);
const PEER = 'plain socket.io';

interface Contender {
  readonly name: string;
  readonly server: ServerProcess;
  readonly pool: WirePool;
  readonly publish: (symbols: readonly string[]) => void;
}

/** Wires and a plain Socket.IO server, all up at once and measured in turn, since a machine's speed drifts. */
export async function compareWires(
  { subscribers, seconds }: WiresScale,
  onStep: (what: string) => void,
): Promise<WiresFigures> {
  await using parts = new Parts();
  const contenders: Contender[] = [];
  for (const name of Object.keys(WIRES)) {
    onStep(`${name}: ${subscribers} subscribers`);
    contenders.push(await openContender(name, subscribers, parts));
  }
  const rounds = new Map(contenders.map(({ name }) => [name, { single: [], batched: [] } as Rounds]));
  for (let round = 1; round <= ROUNDS; round += 1) {
    onStep(`one event at a time, and many at once, round ${round} of ${ROUNDS}`);
    for (const contender of contenders) {
      const found = rounds.get(contender.name);
      const share = seconds / 2 / ROUNDS;
      found?.single.push(await oneByOne(contender, subscribers, share, 1));
      found?.batched.push(await oneByOne(contender, subscribers, share, SYMBOLS.length));
    }
  }
  return Object.fromEntries(
    [...rounds].map(([name, { single, batched }]) => [
      name,
      { single: medianOf(single), batched: medianOf(batched) },
    ]),
  );
}

interface Rounds {
  readonly single: Delivered[];
  readonly batched: Delivered[];
}

/** Publishes so many events at once, and the next ones when everybody has these. */
function oneByOne(
  { server, pool, publish }: Contender,
  receivers: number,
  seconds: number,
  atOnce: number,
): Promise<Delivered> {
  return measure({ server, pool, receivers, seconds }, async (deadline) => {
    const before = pool.received;
    let events = 0;
    while (performance.now() < deadline) {
      publish(atOnce === 1 ? [SYMBOLS[events % SYMBOLS.length] ?? ''] : SYMBOLS.slice(0, atOnce));
      events += atOnce;
      if (!(await pool.reaches(before + events * receivers, 10_000))) {
        throw new Error(`Of ${events * receivers} events ${pool.received - before} came.`);
      }
    }
    return events;
  });
}

async function openContender(name: string, subscribers: number, parts: Parts): Promise<Contender> {
  const server = parts.use(
    await startServer(name === PEER ? 'socketio' : 'tickroom', [], {
      KEEP_ALIVE_MS: '3600000',
      ENVIRONMENT: 'development',
      COMPAT: 'orderbook,socketio',
      COMPAT_ANONYMOUS: 'read',
    }),
  );
  const pool = parts.use(new WirePool());
  const publish = await publisherOf(name, server, parts);
  await pool.open({ wire: name, port: server.port, count: subscribers, symbols: SYMBOLS });
  // until everybody is subscribed, events reach some alone
  await new Promise((resolve) => setTimeout(resolve, 2000));
  return { name, server, pool, publish };
}

async function publisherOf(
  name: string,
  server: ServerProcess,
  parts: Parts,
): Promise<(symbols: readonly string[]) => void> {
  if (name === PEER) return peerPublisher(server, parts);
  if (name === 'old order book') return bookPublisher(server, parts);
  const publisher = parts.use(await Publisher.open(server));
  return (symbols) => publisher.publish(symbols);
}

/** Publishes books of one level a side, which differ each time. */
async function bookPublisher(
  server: ServerProcess,
  parts: Parts,
): Promise<(symbols: readonly string[]) => void> {
  const client = new RawClient({
    port: server.port,
    sampled: false,
    onText: () => {},
    initPayload: { token: await sign(server.secret, 'bench', ['PUBLISHER']) },
  });
  await client.ready;
  parts.use({ [Symbol.dispose]: () => client.socket.destroy() });
  let n = 0;
  return (symbols) => {
    n += 1;
    const fields = symbols.map(
      (symbol, i) =>
        `m${i}: publishOrderBook(input: { symbol: "${symbol}", bids: [{ price: "150.1", size: "${n}" }], asks: [{ price: "150.2", size: "${n}" }] }) { accepted }`,
    );
    // an operation has a bound of root fields
    for (let at = 0; at < fields.length; at += 10) {
      client.send({
        id: `${n}-${at}`,
        type: 'subscribe',
        payload: { query: `mutation { ${fields.slice(at, at + 10).join(' ')} }` },
      });
    }
  };
}

async function peerPublisher(
  server: ServerProcess,
  parts: Parts,
): Promise<(symbols: readonly string[]) => void> {
  const socket = await openPeer(server.port);
  parts.use({ [Symbol.dispose]: () => socket.destroy() });
  let n = 0;
  return (symbols) => {
    const quotes = symbols.map((symbol) => {
      n += 1;
      return { symbol, price: 1_800_000_000_000_000 + n, volume: n };
    });
    socket.write(textFrame(`42${JSON.stringify(['publish', quotes])}`), 'latin1');
  };
}

function openPeer(port: number): Promise<Socket> {
  const steps = [...(WIRES[PEER]?.([]).steps ?? [])];
  const socket = connect(port, '127.0.0.1').setNoDelay();
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    const advance = (heard: string): void => {
      const step = steps[0];
      if (!step || (step.after && !heard.includes(step.after))) return;
      steps.shift();
      if (steps.length === 0) resolve(socket);
      else socket.write(step.send, 'latin1');
    };
    socket.on('connect', () => advance(''));
    socket.on('data', (chunk) => advance(chunk.toString('latin1')));
  });
}
