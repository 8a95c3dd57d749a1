import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startChild } from '../support/child-server.ts';
import { freshPostgres } from '../support/places.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { SECRET, startServer } from '../support/server.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

interface Figures {
  readonly data: {
    readonly stats: {
      readonly instance: string;
      readonly feeds: readonly { readonly state: string }[];
      readonly instances: readonly { readonly instance: string; readonly isMarketLeader: boolean }[];
    };
  };
}

const STATS = '{ stats { instance feeds { state } instances { instance isMarketLeader } } }';
const ask = async (url: string): Promise<Figures['data']['stats']> => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ query: STATS }),
    // a connection that was handed to a process in the moment of its death is lost
    signal: AbortSignal.timeout(2000),
  });
  return ((await response.json()) as Figures).data.stats;
};

it('X6 several processes share one port as one server, and one that dies is started again', {
  timeout: 60_000,
}, async () => {
  const server = await startChild(
    {
      REDIS_URL: redis.url,
      DATABASE_URL: await freshPostgres(),
      AUTH_SECRET: SECRET,
      FEEDS: 'simulator?symbols=AAPL',
      WEBSOCKET_PORT: '0',
      SHUTDOWN_MS: '200',
    },
    ['--workers', '2'],
  );
  try {
    await expect.poll(async () => (await ask(server.url)).instances.length, { timeout: 10_000 }).toBe(2);
    await expect
      .poll(async () => (await ask(server.url)).feeds[0]?.state, { timeout: 10_000 })
      .toBe('RUNNING');
    const first = await ask(server.url);
    await expect
      .poll(
        async () => (await ask(server.url)).instances.filter(({ isMarketLeader }) => isMarketLeader).length,
      )
      .toBe(1);
    // each connection goes to the next process
    const answering = new Set<string>();
    for (let i = 0; i < 8; i += 1) answering.add((await ask(server.url)).instance);
    expect(answering.size).toBe(2);

    const { execFileSync } = await import('node:child_process');
    const [worker] = execFileSync('pgrep', ['-P', String(server.process.pid), '-f', 'main.js'], {
      encoding: 'utf8',
    })
      .trim()
      .split('\n')
      .map(Number);
    process.kill(worker ?? 0, 'SIGKILL');
    const known = new Set(first.instances.map(({ instance }) => instance));
    const isMended = async (): Promise<boolean> => {
      const { instances } = await ask(server.url).catch(() => ({ instances: [] }) as never);
      return (
        instances.length === 2 && instances.some(({ instance }: { instance: string }) => !known.has(instance))
      );
    };
    await expect.poll(isMended, { timeout: 20_000 }).toBe(true);

    const gone = once(server.process, 'exit');
    server.process.kill('SIGTERM');
    expect((await gone)[0]).toBe(0);
  } finally {
    await server.kill();
  }
});

it('X7 stats are those of all instances, and an instance that is gone is in them no longer', {
  timeout: 30_000,
}, async () => {
  const env = { REDIS_URL: redis.url, REDIS_PREFIX: 'stats', DATABASE_URL: await freshPostgres() };
  await using a = await startServer(env);
  const b = await startServer(env);
  const STREAM = 'subscription { streamData(symbols: ["AAPL"]) { price } }';
  for (const server of [a, b, b])
    server.client().subscribe({ query: STREAM }, { next() {}, error() {}, complete() {} });
  const query =
    '{ stats { connections { total } streaming { subscribers } instances { connections { total } } } }';
  const figures = async () =>
    (await Promise.all([a, b].map((server) => server.post(query)))).map(({ data }) => data?.stats);
  const all = { connections: { total: 3 }, streaming: { subscribers: 3 } };
  await expect.poll(figures, { timeout: 10_000 }).toMatchObject([
    { ...all, instances: [{ connections: { total: 1 } }, { connections: { total: 2 } }] },
    { ...all, instances: [{ connections: { total: 2 } }, { connections: { total: 1 } }] },
  ]);
  await b[Symbol.asyncDispose]();
  await expect
    .poll(async () => (await a.post(query)).data?.stats)
    .toMatchObject({ connections: { total: 1 }, instances: [{}] });
});
