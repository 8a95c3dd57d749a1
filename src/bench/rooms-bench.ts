import { Caller } from './caller.ts';
import { ClientPool } from './client-pool.ts';
import { type Delivered, measure, medianOf } from './delivery-bench.ts';
import { Parts } from './parts.ts';
import { percentile } from './percentiles.ts';
import { cpuMicros } from './proc-usage.ts';
import { Publisher } from './publisher.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const QUOTES =
  'subscription ($symbols: [Symbol!]!) { streamData(symbols: $symbols, delivery: { mode: EVERY }) { price volume exchangeTime sequence } }';
const MESSAGES =
  'subscription ($room: ID!) { roomMessages(roomId: $room) { kind message { sequence content createdAt } } }';
const CREATE = 'mutation ($name: String!) { createRoom(input: { name: $name }) { id } }';
const JOIN = 'mutation ($room: ID!) { joinRoom(roomId: $room) { role } }';
const SEND =
  'mutation ($room: ID!, $content: String!) { sendRoomMessage(roomId: $room, input: { content: $content }) { sequence } }';
const SYMBOL = 'AAPL';

export interface RoomsScale {
  readonly members: number;
  readonly senders: number;
  readonly seconds: number;
}

export interface RoomsFigures {
  readonly members: number;
  readonly message: Delivered;
  readonly quote: Delivered;
  /** CPU of an event that nobody receives, in µs: storing a message, publishing a quote */
  readonly unheard: { readonly message: number; readonly quote: number };
  /** median time of a join while the room is nearly empty, and nearly full */
  readonly joinMs: { readonly first: number; readonly last: number };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const micros = (): string => String(Math.round((performance.timeOrigin + performance.now()) * 1000));

/** Rounds, messages and quotes in turn; the median of each stands for all. */
const ROUNDS = 5;
const PER_SECOND = 5;
const JOINS_AT_ONCE = 20;

/** One room, every member connected: what a message costs to deliver, beside a quote to the same connections. */
export async function bigRoom(scale: RoomsScale, onStep: (what: string) => void): Promise<RoomsFigures> {
  await using parts = new Parts();
  const server = parts.use(await startServer('tickroom'));
  const owner = parts.use(await Caller.open(server, 'owner'));
  const { createRoom } = await owner.ask<{ createRoom: { id: string } }>(CREATE, { name: 'big' });
  const room = createRoom.id;
  onStep(`${scale.members} users join`);
  const joinMs = await joinAll(server, room, scale.members);
  const pool = parts.use(new ClientPool(2));
  const publisher = parts.use(await Publisher.open(server));
  onStep(`${scale.members} members subscribe`);
  await pool.open(server.port, scale.members, { prefix: 'u', secret: server.secret });
  await pool.subscribe(MESSAGES, [{ room }]);
  await pool.subscribe(QUOTES, [{ symbols: [SYMBOL] }]);
  await sleep(5000);

  const run = { server, pool, receivers: scale.members, seconds: scale.seconds / 2 };
  const rounds: { message: Delivered[]; quote: Delivered[] } = { message: [], quote: [] };
  for (let round = 1; round <= ROUNDS; round += 1) {
    onStep(`messages and quotes, round ${round} of ${ROUNDS}`);
    rounds.quote.push(await measure(run, (until) => atRate(until, async () => publisher.publish([SYMBOL]))));
    rounds.message.push(
      await measure(run, (until) => atRate(until, () => owner.ask(SEND, { room, content: micros() }))),
    );
  }
  onStep('messages and quotes that nobody receives');
  const { createRoom: quiet } = await owner.ask<{ createRoom: { id: string } }>(CREATE, { name: 'quiet' });
  const idle = await cpuPerSecond(server, scale.seconds, async () => {});
  const send = () => owner.ask(SEND, { room: quiet.id, content: micros() });
  const unheard = {
    message: ((await cpuPerSecond(server, scale.seconds, send)) - idle) / PER_SECOND,
    quote:
      ((await cpuPerSecond(server, scale.seconds, async () => publisher.publish(['MSFT']))) - idle) /
      PER_SECOND,
  };
  return {
    members: scale.members,
    joinMs,
    message: medianOf(rounds.message),
    quote: medianOf(rounds.quote),
    unheard,
  };
}

/** CPU of the server, in µs a second, while something is published again and again. */
async function cpuPerSecond(
  server: ServerProcess,
  seconds: number,
  publish: () => Promise<unknown>,
): Promise<number> {
  const before = cpuMicros(server.pid);
  const startedAt = performance.now();
  await atRate(startedAt + seconds * 1000, publish);
  return (cpuMicros(server.pid) - before) / ((performance.now() - startedAt) / 1000);
}

async function atRate(until: number, publish: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  let events = 0;
  while (performance.now() < until) {
    await publish();
    events += 1;
    await sleep(Math.max(0, startedAt + (events * 1000) / PER_SECOND - performance.now()));
  }
  return events;
}

async function joinAll(
  server: ServerProcess,
  room: string,
  members: number,
): Promise<{ first: number; last: number }> {
  const times: number[] = [];
  for (let done = 0; done < members; done += JOINS_AT_ONCE) {
    await Promise.all(
      Array.from({ length: Math.min(JOINS_AT_ONCE, members - done) }, async (_, i) => {
        using caller = await Caller.open(server, `u${done + i}`);
        const startedAt = performance.now();
        await caller.ask(JOIN, { room });
        times.push(performance.now() - startedAt);
      }),
    );
  }
  const tenth = Math.ceil(members / 10);
  return { first: percentile(times.slice(0, tenth), 0.5), last: percentile(times.slice(-tenth), 0.5) };
}

/** Messages a second that concurrent senders get answered, each sending its next one when the last is stored. */
export async function sending(scale: RoomsScale, databaseUrl?: string): Promise<number> {
  await using parts = new Parts();
  const server = parts.use(
    await startServer('tickroom', [], databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  );
  const owner = parts.use(await Caller.open(server, 'owner'));
  const { createRoom } = await owner.ask<{ createRoom: { id: string } }>(CREATE, { name: 'busy' });
  // each a user of its own: one alone may not send so much
  const senders = await Promise.all(
    Array.from({ length: scale.senders }, (_, i) => Caller.open(server, `sender${i}`)),
  );
  for (const sender of senders) {
    parts.use(sender);
    await sender.ask(JOIN, { room: createRoom.id });
  }
  const until = async (deadline: number): Promise<number> => {
    const counts = await Promise.all(
      senders.map(async (sender) => {
        let sent = 0;
        for (; performance.now() < deadline; sent += 1) {
          await sender.ask(SEND, { room: createRoom.id, content: `message ${sent}` });
        }
        return sent;
      }),
    );
    return counts.reduce((sum, sent) => sum + sent, 0);
  };
  await until(performance.now() + 1000);
  const startedAt = performance.now();
  const sent = await until(startedAt + scale.seconds * 1000);
  return sent / ((performance.now() - startedAt) / 1000);
}
