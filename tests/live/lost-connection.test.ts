import { type Client, createClient, type ExecutionResult } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { FaultyNetwork } from '../support/faulty-network.ts';
import { User } from '../support/rooms.ts';
import { listen, startServer, type TestServer } from '../support/server.ts';

const EVERY =
  'subscription ($symbols: [Symbol!]!) { streamData(symbols: $symbols, delivery: { mode: EVERY }) { sequence } }';
const TRADES = 'subscription ($symbols: [Symbol!]!) { trades(symbols: $symbols) { sequence } }';
const INBOX = 'subscription { inbox { sequence } }';

interface Results {
  readonly results: readonly ExecutionResult[];
}
interface Told {
  readonly gap?: { readonly from: number; readonly to: number };
  readonly resume?: {
    readonly recovered: boolean;
    readonly replayed: number;
    readonly reason: string | null;
  };
}

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, i) => first + i);
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Sequences as they came, whatever the field. */
const sequencesOf = ({ results }: Results): number[] =>
  results.map(({ data }) => (Object.values(data ?? {})[0] as { sequence: number }).sequence);
/** In order of their first coming: what comes again is known by its sequence. */
const distinct = (heard: Results): number[] => [...new Set(sequencesOf(heard))];
const toldOf = ({ results }: Results): Told[] =>
  results.flatMap(({ extensions }) => (extensions ? [extensions as Told] : []));

describe('a lost connection', () => {
  let server: TestServer;
  let network: FaultyNetwork;
  let symbols = 0;
  beforeAll(async () => {
    server = await startServer();
    network = await FaultyNetwork.start(() => Number(new URL(server.url).port));
  });
  afterAll(async () => {
    await network[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const freshSymbol = () => `X${String.fromCharCode(65 + (symbols++ % 26))}X`;
  const trade = (symbol: string, count = 1) =>
    server.publish(
      'publishTrades',
      Array.from({ length: count }, () => ({ symbol, price: '1', size: '1' })),
    );
  const quote = (symbol: string, price: number) =>
    server.publish('publishQuotes', [{ symbol, price: String(price) }]);

  /** As graphql-ws' documentation sets a client up that notices half-open connections. */
  async function client(userId: string): Promise<Client> {
    let socket: WebSocket | undefined;
    let timer: NodeJS.Timeout | undefined;
    return createClient({
      url: network.wsUrl,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${await server.token(userId)}` },
      keepAlive: 200,
      retryAttempts: Number.POSITIVE_INFINITY,
      retryWait: () => pause(50),
      shouldRetry: () => true,
      on: {
        opened: (opened) => {
          socket = opened as WebSocket;
        },
        ping: (isReceived) => {
          if (!isReceived) timer = setTimeout(() => socket?.terminate(), 400);
        },
        pong: (isReceived) => {
          if (isReceived) clearTimeout(timer);
        },
      },
    });
  }

  const whenOpen = (count: number) => expect.poll(() => server.app.stats().streaming.subscribers).toBe(count);

  const leave = async (one: Client) => {
    await one.dispose();
    network.cut();
    await whenOpen(0);
  };

  it('U7 sends trades and EVERY quotes again that a half-open connection swallowed', {
    timeout: 20_000,
  }, async () => {
    const symbol = freshSymbol();
    const ann = await client('ann');
    const trades = listen(ann, TRADES, { symbols: [symbol] });
    const quotes = listen(ann, EVERY, { symbols: [`${symbol}Q`] });
    await whenOpen(2);
    const publish = async (from: number, to: number) => {
      for (const n of upTo(to, from)) {
        await trade(symbol);
        await quote(`${symbol}Q`, n);
      }
    };
    await publish(1, 3);
    await expect.poll(() => [distinct(trades), distinct(quotes)]).toEqual([upTo(3), upTo(3)]);
    network.swallow();
    await publish(4, 23);
    await expect.poll(() => network.open, { timeout: 5000 }).toBe(1);
    await publish(24, 26);
    await expect.poll(() => distinct(trades), { timeout: 5000 }).toEqual(upTo(26));
    await expect.poll(() => distinct(quotes), { timeout: 5000 }).toEqual(upTo(26));
    for (const heard of [trades, quotes]) {
      expect(toldOf(heard)).toMatchObject([{ resume: { recovered: true, reason: null } }]);
      expect(toldOf(heard)[0]?.resume?.replayed).toBeGreaterThanOrEqual(20);
    }
    await leave(ann);
  });

  it('U7 loses nothing over ten cuts while trades flow', { timeout: 40_000 }, async () => {
    const symbol = freshSymbol();
    const ben = await client('ben');
    const heard = listen(ben, TRADES, { symbols: [symbol] });
    await whenOpen(1);
    let published = 0;
    let isFlowing = true;
    const flow = (async () => {
      while (isFlowing) {
        await trade(symbol, 2);
        published += 2;
        // more than half of what may wait in a queue would be told as missing
        await pause(5);
      }
    })();
    for (let cuts = 0; cuts < 10; cuts += 1) {
      const before = heard.results.length;
      await expect.poll(() => heard.results.length, { timeout: 5000 }).toBeGreaterThan(before + 50);
      network.cut();
    }
    isFlowing = false;
    await flow;
    await expect.poll(() => distinct(heard).length, { timeout: 5000 }).toBe(published);
    expect(distinct(heard)).toEqual(upTo(published));
    // the frame that says so may be cut off too
    expect(toldOf(heard).length).toBeGreaterThan(5);
    expect(toldOf(heard).every(({ resume }) => resume?.recovered)).toBe(true);
    await leave(ben);
  });

  it('U7 is told at once when it missed more than can be sent again, with the last event once more', {
    timeout: 20_000,
  }, async () => {
    const symbol = freshSymbol();
    const eve = await client('eve');
    const heard = listen(eve, TRADES, { symbols: [symbol] });
    await whenOpen(1);
    await trade(symbol, 3);
    await expect.poll(() => distinct(heard)).toEqual(upTo(3));
    await pause(300);
    network.close();
    network.cut();
    await whenOpen(0);
    await trade(symbol, 700);
    network.close(false);
    await expect
      .poll(() => toldOf(heard))
      .toMatchObject([{ resume: { recovered: false, reason: 'TOO_MANY' } }]);
    expect(sequencesOf(heard)).toEqual([1, 2, 3, 703]);
    await leave(eve);
  });

  it('U8 goes on in an inbox, and does not begin it anew', { timeout: 20_000 }, async () => {
    const root = await User.at(server, 'root', 'ADMIN');
    const write = (count: number) =>
      Promise.all(
        upTo(count).map(() =>
          root.ask('mutation { broadcast(to: { user: "kim" }, input: { content: "hi" }) { queued } }'),
        ),
      );
    const kim = await client('kim');
    const heard = listen(kim, INBOX);
    await whenOpen(1);
    await write(40);
    await expect.poll(() => distinct(heard)).toEqual(upTo(40));
    for (let cuts = 1; cuts <= 5; cuts += 1) {
      await pause(100);
      network.close();
      network.cut();
      await whenOpen(0);
      await write(1);
      network.close(false);
      await expect.poll(() => distinct(heard)).toEqual(upTo(40 + cuts));
    }
    expect(sequencesOf(heard)).toEqual(upTo(45));
    expect(toldOf(heard)).toEqual(
      upTo(5).map(() => ({ resume: { id: expect.any(String), recovered: true, replayed: 1, reason: null } })),
    );
    await leave(kim);
  });
});
