import { randomUUID } from 'node:crypto';
import { createClient } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type ChildServer, startChild } from '../support/child-server.ts';
import { freshPostgres } from '../support/places.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { type Listening, listen, SECRET, signFor } from '../support/server.ts';

/** Seconds for which the leader is paused; more of them than here: LEADER_PAUSES=1,4,8,30. */
const PAUSES = (process.env.LEADER_PAUSES ?? '4.5').split(',').map(Number);
const TRADES = 'subscription { trades(symbols: ["PAUSE/USD"]) { sourceSequence sequence } }';
const PUBLISH = 'mutation ($input: [TradeInput!]!) { publishTrades(input: $input) { accepted duplicates } }';
const STATE = `{
  quote(symbol: "PAUSE/USD") { volume }
  candles(symbol: "PAUSE/USD", timeframe: DAY_1, first: 1) { edges { node { volume incomplete } } }
  fundFlow(symbol: "PAUSE/USD", timeframe: DAY_1) { small { inflow } }
  stats { instance instances { instance isMarketLeader } }
}`;

interface State {
  readonly quote: { volume: string } | null;
  readonly candles: { edges: { node: { volume: string; incomplete: boolean } }[] };
  readonly fundFlow: { small: { inflow: string } };
  readonly stats: { instance: string; instances: { instance: string; isMarketLeader: boolean }[] };
}

let redis: TestRedis;
let children: ChildServer[] = [];
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
afterEach(async () => {
  await Promise.all(children.map((child) => child.kill()));
  children = [];
});

/** Undefined: it did not answer in time, or refused. */
async function post<T>(
  child: ChildServer,
  token: string,
  query: string,
  variables = {},
): Promise<T | undefined> {
  try {
    const response = await fetch(`${child.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(2000),
    });
    const { data, errors } = (await response.json()) as { data?: T; errors?: unknown[] };
    return errors ? undefined : data;
  } catch {
    return undefined;
  }
}

/** Sends trades one by one, each until it is acknowledged, to whichever instance answers. */
function publisher(token: string) {
  let isOn = true;
  let acknowledged = 0;
  const work = (async () => {
    for (let number = 1; isOn; number += 1) {
      const trade = {
        symbol: 'PAUSE/USD',
        price: '1',
        size: '1',
        side: 'BUY',
        sourceSequence: String(number),
      };
      for (let attempt = number; ; attempt += 1) {
        const child = children[attempt % children.length];
        if (child && (await post(child, token, PUBLISH, { input: [trade] }))) break;
      }
      acknowledged = number;
    }
  })();
  return {
    get acknowledged() {
      return acknowledged;
    },
    async stop() {
      isOn = false;
      await work;
    },
  };
}

const sequencesOf = (heard: Listening<{ trades: { sourceSequence: string } }>): number[] =>
  heard.data.map(({ trades }) => Number(trades.sourceSequence));

async function leaderOf(token: string): Promise<ChildServer | undefined> {
  for (const child of children) {
    const stats = (await post<State>(child, token, STATE))?.stats;
    const own = stats?.instances.find(({ instance }) => instance === stats.instance);
    if (own?.isMarketLeader) return child;
  }
  return undefined;
}

async function run(disturb: (leader: ChildServer) => Promise<void>): Promise<void> {
  const env = {
    REDIS_URL: redis.url,
    REDIS_PREFIX: `paused-${randomUUID().slice(0, 8)}`,
    DATABASE_URL: await freshPostgres(),
    AUTH_SECRET: SECRET,
    WEBSOCKET_PORT: '0',
  };
  children = await Promise.all([startChild(env), startChild(env)]);
  const token = await signFor('feed', 'PUBLISHER');
  await expect.poll(() => leaderOf(token), { timeout: 15_000, interval: 100 }).toBeDefined();
  const leader = await leaderOf(token);
  const other = children.find((child) => child !== leader);
  if (!leader || !other) throw new Error('nobody leads');
  const client = createClient({
    url: `${other.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
  });
  const heard = listen<{ trades: { sourceSequence: string } }>(client, TRADES);
  const publishing = publisher(token);
  await expect.poll(() => heard.data.length, { timeout: 10_000 }).toBeGreaterThan(30);
  const before = publishing.acknowledged;
  await disturb(leader);
  await expect.poll(() => publishing.acknowledged, { timeout: 30_000 }).toBeGreaterThan(before + 30);
  await publishing.stop();
  const total = publishing.acknowledged;
  await expect.poll(() => sequencesOf(heard).at(-1), { timeout: 10_000 }).toBe(total);
  // what is heard from the first one on: each once, and in order
  const [first = 1] = sequencesOf(heard);
  expect(sequencesOf(heard)).toEqual(Array.from({ length: total - first + 1 }, (_, i) => first + i));
  for (const child of children.filter(
    ({ process: { exitCode, signalCode } }) => exitCode === null && signalCode === null,
  )) {
    await expect
      .poll(async () => {
        const state = await post<State>(child, token, STATE);
        return {
          quote: state?.quote?.volume,
          candle: state?.candles.edges[0]?.node,
          inflow: state?.fundFlow.small.inflow,
        };
      })
      .toEqual({
        quote: String(total),
        candle: { volume: String(total), incomplete: false },
        inflow: String(total),
      });
  }
  await client.dispose();
}

it.each(PAUSES)(
  'X12 a leader that was paused for %d s and goes on changes nothing that another one leads by then',
  {
    timeout: 150_000,
  },
  async (seconds) => {
    await run(async (leader) => {
      leader.process.kill('SIGSTOP');
      try {
        const until = performance.now() + seconds * 1000;
        await expect.poll(() => performance.now(), { timeout: seconds * 1000 + 5000 }).toBeGreaterThan(until);
      } finally {
        leader.process.kill('SIGCONT');
      }
    });
  },
);

it('X11 X12 a leader that is killed loses nothing that it acknowledged', { timeout: 90_000 }, async () => {
  await run((leader) => leader.kill());
});
