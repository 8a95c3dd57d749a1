import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLACES, type Place } from '../support/places.ts';
import { listen, startServer, type TestServer } from '../support/server.ts';

const PUBLISH = 'mutation ($input: [InstrumentInput!]!) { publishInstruments(input: $input) { accepted } }';
const FIELDS =
  'symbol name names { language name } type exchange market currency lotSize tickSize limitUp limitDown status';
const ASK = `query ($symbol: Symbol!) { instrument(symbol: $symbol) { ${FIELDS} session { state nextChangeAt } } }`;
const FIND = '{ instruments(search: $$) { edges { node { symbol } } } }';

const publish = async (server: TestServer, ...input: object[]) =>
  server.post(PUBLISH, { input }, await server.token('feed', 'PUBLISHER'));
const ask = async (server: TestServer, symbol: string) =>
  (await server.post(ASK, { symbol })).data?.instrument as Record<string, unknown>;
async function find(server: TestServer, search: string): Promise<string[]> {
  const { data } = await server.post(FIND.replace('$$', JSON.stringify(search)));
  const found = data?.instruments as { edges: { node: { symbol: string } }[] } | undefined;
  return (found?.edges ?? []).map(({ node }) => node.symbol);
}

const TENCENT = {
  symbol: 'HK.00700',
  name: 'Tencent',
  names: [
    { language: 'zh-Hans', name: '腾讯控股' },
    { language: 'zh-Hant', name: '騰訊控股' },
  ],
  type: 'STOCK',
  exchange: 'HKEX',
  market: 'HK',
  currency: 'HKD',
  lotSize: '100',
  tickSize: '0.20',
  limitUp: null,
  limitDown: null,
  status: 'LISTED',
};

describe.each(PLACES)('instruments on %s', (_name, make) => {
  it('M28 are stored when that is answered, and there after a restart; absent keeps and null clears', async () => {
    await using place = await make();
    const { symbol: _s, market: _m, type: _t, exchange: _e, currency: _c, ...told } = TENCENT;
    {
      await using server = await startServer(place.env);
      expect((await publish(server, { symbol: '0700.hk', ...told })).data).toEqual({
        publishInstruments: { accepted: 1 },
      });
      await publish(server, { symbol: 'US.BRK-B', name: 'Berkshire', limitUp: '9.10', status: 'HALTED' });
      await publish(server, { symbol: 'BRK/B', limitUp: null, lotSize: '1' });
      expect(await ask(server, 'hk00700')).toMatchObject(TENCENT);
    }
    await using server = await startServer(place.env);
    expect(await ask(server, '700.HK')).toMatchObject(TENCENT);
    expect(await ask(server, 'BRK.B')).toMatchObject({
      name: 'Berkshire',
      limitUp: null,
      lotSize: '1',
      status: 'HALTED',
      type: 'STOCK',
      currency: 'USD',
    });
    for (const search of ['0700.HK', 'hk.00700', '腾讯', '騰訊', 'tenc', '００７００']) {
      expect(await find(server, search), search).toEqual(['HK.00700']);
    }
  });
});

describe('instruments and their symbols', () => {
  let place: Place;
  let server: TestServer;
  beforeAll(async () => {
    place = await PLACES[0][1]();
    server = await startServer(place.env);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await place[Symbol.asyncDispose]();
  });

  it('M28 bad input is refused with the field, the value and the rule, and needs the role', async () => {
    for (const [wrong, text] of [
      [{ lotSize: '0' }, 'lotSize of AAPL is "0": it must be above zero'],
      [{ tickSize: '-1' }, 'tickSize'],
      [{ limitUp: '1', limitDown: '2' }, 'limitUp of AAPL is "1": it must not be below limitDown, 2'],
      [{ name: '' }, 'name of AAPL is ""'],
      [{ currency: 'us dollar' }, 'currency of AAPL is "us dollar"'],
      [{ names: [{ language: 'Chinese', name: '苹果' }] }, 'language of AAPL is "Chinese"'],
    ] as const) {
      const { errors } = await publish(server, { symbol: 'AAPL', ...wrong });
      expect(errors?.[0]).toMatchObject({
        message: expect.stringContaining(text),
        extensions: { code: 'INVALID_INPUT' },
      });
    }
    const input = [{ symbol: 'AAPL', name: 'Apple' }];
    const { errors } = await server.post(PUBLISH, { input }, await server.token('ann'));
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('M28 one that nobody listed is known as far as its symbol says', async () => {
    expect(await ask(server, 'shfe.RB2701')).toMatchObject({
      symbol: 'SHFE.rb2701',
      name: 'SHFE.rb2701',
      type: 'FUTURE',
      exchange: 'SHFE',
      market: 'CN',
      currency: 'CNY',
      status: null,
    });
    expect(await find(server, 'SHFE')).toEqual([]);
  });

  it('M25 says what the market is doing, and that trading is halted', async () => {
    expect((await ask(server, 'BTC/USDT')).session).toEqual({ state: 'OPEN', nextChangeAt: null });
    await publish(server, { symbol: 'ETH/USDT', status: 'SUSPENDED' });
    expect((await ask(server, 'ETH/USDT')).session).toEqual({ state: 'HALTED', nextChangeAt: null });
    await server.publish('publishQuotes', [{ symbol: 'ETHUSDT', price: '1' }]);
    const { data } = await server.post('{ quote(symbol: "ETH-USDT") { symbol session { state } } }');
    expect(data).toEqual({ quote: { symbol: 'ETH/USDT', session: { state: 'HALTED' } } });
  });

  it('M1 subscribers and publishers meet, whatever spelling each of them uses, and answers are canonical', async () => {
    const query = (symbol: string) =>
      `subscription { streamData(symbols: ["${symbol}"], delivery: { mode: EVERY }) { symbol price } }`;
    const spellings = ['600519', 'SH.600519', 'sh600519', '600519.SS', '600519.XSHG'];
    const heard = spellings.map((spelling) => listen(server.client(), query(spelling)));
    await expect.poll(() => server.app.stats().streaming.subscribers).toBe(spellings.length);
    expect(server.app.stats().streaming.activeStreams).toBe(1);
    for (const [i, symbol] of spellings.entries()) {
      await server.publish('publishTrades', [{ symbol, price: String(i + 1), size: '1' }]);
    }
    await expect.poll(() => heard.map(({ data }) => data.length)).toEqual(spellings.map(() => 5));
    for (const { data } of heard) {
      expect(data.at(-1)).toEqual({ streamData: { symbol: '600519', price: '5' } });
    }
  });

  it('M1 who comes with a cursor of an older spelling is told of a gap', async () => {
    await server.publish('publishTrades', [{ symbol: '000001', price: '1', size: '1' }]);
    const cursor = Buffer.from('event/7/some-epoch/trade:SZ.000001').toString('base64url');
    const trades = listen(
      server.client(),
      'subscription ($after: [Cursor!]) { trades(symbols: ["SZ.000001"], after: $after) { price } }',
      { after: [cursor] },
    );
    await expect.poll(() => JSON.stringify(trades)).toContain('HISTORY_GONE');
  });
});
