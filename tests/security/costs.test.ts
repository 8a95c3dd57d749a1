import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRaw } from '../support/raw-socket.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    COST_PER_USER: '5000',
    SELECTIONS_PER_USER: '3',
    SUBSCRIPTION_COST_PER_USER: '1000',
  });
  await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '1' }]);
  await server.publish('publishOrderBook', { symbol: 'AAPL', bids: [{ price: '1', size: '1' }], asks: [] });
});
afterAll(() => server[Symbol.asyncDispose]());

/** Costs 2,002. */
const BOOK = '{ orderBook(symbol: "AAPL", depth: 1000) { bids { price } asks { price } } }';
const codeOf = (error: unknown) => (error as { extensions?: { code?: string } } | undefined)?.extensions;

describe('operations by cost', () => {
  it('Q14 a user may spend so much in 10 s, over HTTP and WebSocket together', async () => {
    const token = await server.token('spender');
    expect((await server.post(BOOK, {}, token)).errors).toBeUndefined();
    const client = await openRaw(server.wsUrl, { payload: { token } });
    client.subscribe('1', BOOK);
    await expect.poll(() => client.results('1')).toMatchObject([{ data: {} }]);
    const refused = await server.post(BOOK, {}, token);
    expect(codeOf(refused.errors?.[0])).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED' });
    expect(codeOf(refused.errors?.[0])).toHaveProperty('retryAfterMs');
    // what is cheap still goes, and so does another user
    expect((await server.post('{ serverTime }', {}, token)).errors).toBeUndefined();
    expect((await server.post(BOOK, {}, await server.token('another'))).errors).toBeUndefined();
    client.socket.destroy();
  });

  it('Q14 without a token a WebSocket has an allowance of its own', async () => {
    const client = await openRaw(server.wsUrl);
    for (const id of ['1', '2', '3']) client.subscribe(id, BOOK);
    await expect.poll(() => client.results('3')).toHaveLength(1);
    expect(client.results('3')).toMatchObject([
      { errors: [{ extensions: { code: 'RATE_LIMIT_EXCEEDED' } }] },
    ]);
    client.socket.destroy();
  });

  it('Q14 publishing is not counted', async () => {
    const quotes = Array.from({ length: 500 }, (_, i) => ({ symbol: 'AAPL', price: String(i + 1) }));
    for (let i = 0; i < 30; i += 1) await server.publish('publishQuotes', quotes);
  });
});

describe('selections of subscriptions', () => {
  const watch = (alias: string) => `subscription { streamData(symbols: ["AAPL"]) { ${alias}: price } }`;

  it('Q15 distinct selections of one user are bounded, however many connections; equal ones are not', async () => {
    const token = await server.token('watcher');
    const [one, two] = [
      await openRaw(server.wsUrl, { payload: { token } }),
      await openRaw(server.wsUrl, { payload: { token } }),
    ];
    const refusal = (client: typeof one, id: string) =>
      client.messages.find((message) => message.id === id && message.type === 'error');
    for (let i = 0; i < 50; i += 1) one.subscribe(`same${i}`, watch('a'));
    one.subscribe('b', watch('b'));
    two.subscribe('c', watch('c'));
    await expect.poll(() => two.results('c')).toHaveLength(1);
    two.subscribe('d', watch('d'));
    await expect
      .poll(() => refusal(two, 'd'))
      .toMatchObject({
        payload: [{ extensions: { code: 'RATE_LIMIT_EXCEEDED' } }],
      });
    expect(one.messages.filter(({ type }) => type === 'error')).toEqual([]);
    // what ends makes space
    one.send({ id: 'b', type: 'complete' });
    let tries = 0;
    await expect
      .poll(() => {
        tries += 1;
        two.subscribe(`e${tries}`, watch('e'));
        return two.messages.some(({ id, type }) => type === 'next' && id?.startsWith('e'));
      })
      .toBe(true);
    one.socket.destroy();
    two.socket.destroy();
  });

  it('Q15 so is what they cost together', async () => {
    const client = await openRaw(server.wsUrl, { payload: { token: await server.token('expensive') } });
    const book = (depth: number) =>
      `subscription { orderBook(symbol: "AAPL", depth: ${depth}) { bids { price } } }`;
    client.subscribe('1', book(60));
    await expect.poll(() => client.results('1')).toHaveLength(1);
    client.subscribe('2', book(61));
    await expect
      .poll(() => client.messages.find(({ id, type }) => id === '2' && type === 'error'))
      .toMatchObject({ payload: [{ extensions: { code: 'RATE_LIMIT_EXCEEDED' } }] });
    client.socket.destroy();
  });
});
