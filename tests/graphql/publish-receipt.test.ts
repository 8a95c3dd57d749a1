import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';

interface Receipt {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly { index: number; code: string; message: string }[];
}

describe('the receipt of a batch', () => {
  let server: TestServer;
  let token: string;
  beforeAll(async () => {
    server = await startServer();
    token = await server.token('feed', 'PUBLISHER');
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const RECEIPT = '{ accepted duplicates rejected { index code message } }';
  const publish = async (mutation: string, type: string, input: unknown) => {
    const { data, errors, status } = await server.post(
      `mutation ($input: [${type}!]!) { sent: ${mutation}(input: $input) ${RECEIPT} }`,
      { input },
      token,
    );
    return { receipt: (data as { sent: Receipt } | undefined)?.sent, errors, status };
  };
  const trades = (input: unknown) => publish('publishTrades', 'TradeInput', input);
  const volume = async (symbol: string) => {
    const { data } = await server.post('query ($s: Symbol!) { quote(symbol: $s) { volume } }', { s: symbol });
    return (data as { quote: { volume: string } | null }).quote?.volume;
  };

  it('M32 takes the good reports and says of each bad one which it is, what is wrong, and what is right', async () => {
    const symbol = 'BATCH/USD';
    const { receipt, errors } = await trades([
      { symbol, price: '1', size: '1' },
      { symbol, price: '1,5', size: '1' },
      { symbol: 'NO SYMBOL', price: '1', size: '1' },
      { symbol, price: '2', size: '-3' },
      { symbol, price: '2', size: '1', exchangeTime: '2026-02-30T00:00:00Z' },
      { symbol, size: '1' },
      null,
      { symbol, price: '3', size: '1' },
    ]);
    expect(errors).toBeUndefined();
    expect(receipt).toMatchObject({ accepted: 2, duplicates: 0 });
    expect(receipt?.rejected.map(({ index, code }) => [index, code])).toEqual([
      [1, 'INVALID_INPUT'],
      [2, 'INVALID_SYMBOL'],
      [3, 'INVALID_INPUT'],
      [4, 'INVALID_INPUT'],
      [5, 'INVALID_INPUT'],
      [6, 'INVALID_INPUT'],
    ]);
    const messages = receipt?.rejected.map(({ message }) => message) ?? [];
    expect(messages[0]).toMatch(/^price: .*"1,5"/);
    expect(messages[2]).toBe(`size of ${symbol} is -3: it must not be negative; a sale is told by side.`);
    expect(messages[3]).toMatch(/^exchangeTime: .*2026-02-30/);
    expect(await volume(symbol)).toBe('2');
  });

  it('M32 takes good quotes, too', async () => {
    const { receipt } = await publish('publishQuotes', 'QuoteInput', [
      { symbol: 'QUOTES/USD', price: 1.5 },
      { symbol: 'QUOTES/USD', price: '2' },
    ]);
    expect(receipt).toMatchObject({ accepted: 1, rejected: [{ index: 0, code: 'INVALID_INPUT' }] });
  });

  it('M32 fails as a whole when nothing is good, when there are too many, or when something else is wrong', async () => {
    const bad = { symbol: 'NONE/USD', price: 'x', size: '1' };
    expect(await trades([bad, bad])).toMatchObject({
      receipt: undefined,
      errors: [{ extensions: { code: 'INVALID_INPUT' } }, {}],
    });
    const negative = await trades([{ symbol: 'NONE/USD', price: '1', size: '-1' }]);
    expect(negative.errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
    expect((await trades([])).errors).toMatchObject([{ message: expect.stringContaining('1 to 1000') }]);
    const many = Array.from({ length: 1001 }, () => ({ symbol: 'NONE/USD', price: '1', size: '1' }));
    expect((await trades(many)).errors).toHaveLength(1);
    expect((await trades('no list')).errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
  });

  it('M30 counts a trade that is sent again as a duplicate, in volume, candles and fund flow', async () => {
    const symbol = 'TWICE/USD';
    const one = { symbol, price: '100', size: '20', side: 'BUY', sourceSequence: '52983527' };
    const first = await trades([one, one, { ...one, source: 'other venue' }]);
    expect(first.receipt).toMatchObject({ accepted: 2, duplicates: 1 });
    expect((await trades([one, one])).receipt).toMatchObject({ accepted: 0, duplicates: 2 });
    expect(
      (
        await trades([
          { ...one, sourceSequence: null },
          { ...one, sourceSequence: null },
        ])
      ).receipt,
    ).toMatchObject({
      accepted: 2,
    });
    const { data } = await server.post(`{
      quote(symbol: "${symbol}") { volume }
      candles(symbol: "${symbol}", timeframe: DAY_1, first: 1) { edges { node { volume incomplete } } }
      fundFlow(symbol: "${symbol}", timeframe: DAY_1) { small { inflow } incomplete }
    }`);
    expect(data).toEqual({
      quote: { volume: '80' },
      candles: { edges: [{ node: { volume: '80', incomplete: false } }] },
      fundFlow: { small: { inflow: '8000' }, incomplete: false },
    });
  });

  it('M30 refuses names and sequences of a source that are empty or too long', async () => {
    const one = { symbol: 'LONG/USD', price: '1', size: '1' };
    const { receipt } = await trades([
      one,
      { ...one, sourceSequence: '' },
      { ...one, sourceSequence: '1'.repeat(65) },
      { ...one, source: 'x'.repeat(65) },
    ]);
    expect(receipt?.rejected.map(({ message }) => message)).toEqual([
      'sourceSequence of LONG/USD has 0 characters: it must have 1 to 64, or be left out.',
      'sourceSequence of LONG/USD has 65 characters: it must have 1 to 64, or be left out.',
      'source of LONG/USD has 65 characters: it must have 1 to 64, or be left out.',
    ]);
  });
});
