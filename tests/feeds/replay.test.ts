import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseFeeds } from '../../src/feeds/feed-list.ts';
import { createReplay, type ReplayFormat } from '../../src/feeds/replay/replay.ts';
import { parseSymbol } from '../../src/market/symbols/symbol.ts';
import { RecordingSink } from './recording-sink.ts';

const DATA = path.resolve(import.meta.dirname, '../../../shared/data');
const there = existsSync(DATA);
const crypto = (file: string): string => path.join(DATA, 'crypto', file);

async function play(
  format: ReplayFormat,
  file: string,
  speed: number | 'max' = 'max',
  stop = new AbortController(),
) {
  const sink = new RecordingSink();
  await createReplay({ format, file, speed }).run({ sink, signal: stop.signal, onAlive: () => {} });
  return sink;
}

/** A copy without the line that `pick` chooses; removed by the caller. */
function without(file: string, pick: (line: string, index: number) => boolean) {
  const folder = mkdtempSync(path.join(tmpdir(), 'tickroom-replay-'));
  const lines = readFileSync(file, 'utf8').split('\n');
  const at = lines.findIndex(pick);
  expect(at).toBeGreaterThan(0);
  const copy = path.join(folder, path.basename(file));
  writeFileSync(copy, lines.toSpliced(at, 1).join('\n'));
  return { copy, folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

describe('replays of recordings made here', () => {
  it("M16 Binance's futures name the last number of the message before: one snapshot, then nothing but deltas", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tickroom-replay-'));
    const start = 1_767_225_600;
    const diff = (after: number, U: number, u: number, pu: number, size: string): string => {
      const data = {
        e: 'depthUpdate',
        E: (start + after) * 1000,
        s: 'SOLUSDT',
        U,
        u,
        pu,
        b: [['100', size]],
        a: [],
      };
      return `${start + after}.0: ${JSON.stringify({ stream: 'sol', data })}`;
    };
    const snapshot = { lastUpdateId: 1000, bids: [['99', '5']], asks: [['101', '5']] };
    writeFileSync(
      path.join(folder, 'f.http.0.0'),
      `https://exchange/depth?symbol=SOLUSDT&limit=10 ${start + 2}.0: ${JSON.stringify(snapshot)}\n`,
    );
    const lines = [diff(1, 1, 2, 0, '9'), diff(3, 990, 1005, 980, '1'), diff(4, 1020, 1030, 1005, '2')];
    writeFileSync(
      path.join(folder, 'f.ws.1.0'),
      `${[...lines, diff(5, 1050, 1061, 1030, '3')].join('\n')}\n`,
    );
    const sink = await play('binance', path.join(folder, 'f.ws.1.0'));
    rmSync(folder, { recursive: true });
    expect(sink.books).toHaveLength(1);
    expect(sink.outcomes).toEqual(['outdated', 'applied', 'applied', 'applied']);
  });
});

describe.skipIf(!there)('replays of recordings (skipped where the recorded data is missing)', () => {
  it('D3 Kraken: every checksum in the recording is right', async () => {
    const sink = await play('kraken', crypto('KRAKEN.ws.50.0'));
    expect(sink.books).toHaveLength(10);
    expect(new Set(sink.books.map(({ symbol }) => symbol))).toContain('BTC/CHF');
    expect(sink.outcomes).toHaveLength(4269);
    expect(sink.count('applied')).toBe(4269);
  });

  it('D4 Kraken: a removed line is noticed by its checksum, and a fresh whole book follows', async () => {
    using recording = without(
      crypto('KRAKEN.ws.50.0'),
      (line, i) => i > 200 && line.includes('XMR/USD') && /"b":\[\["[0-9.]+","0.00000000"/.test(line),
    );
    const sink = await play('kraken', recording.copy);
    expect(sink.count('checksum')).toBeGreaterThan(0);
    expect(sink.books.length).toBe(10 + sink.count('checksum'));
    expect(sink.outcomes.at(-1)).toBe('applied');
  });

  it('D3 Binance: diffs join their REST snapshots without a gap', async () => {
    const sink = await play('binance', crypto('BINANCE.ws.1.0'));
    expect(sink.books.map(({ symbol }) => symbol)).toEqual(['NKN/USDT', 'BLZ/ETH', 'LRC/BTC', 'RUNE/EUR']);
    expect(sink.count('gap')).toBe(0);
    expect(sink.count('applied')).toBeGreaterThan(50);
    expect(sink.quotes.length).toBeGreaterThan(0);
  });

  it('D4 Binance: a removed line is noticed as a gap, and a fresh whole book follows', async () => {
    using recording = without(
      crypto('BINANCE.ws.1.0'),
      (line, i) => i > 60 && line.includes('nknusdt@depth'),
    );
    copyFileSync(crypto('BINANCE.http.0.0'), path.join(recording.folder, 'BINANCE.http.0.0'));
    const sink = await play('binance', recording.copy);
    expect(sink.count('gap')).toBe(1);
    expect(sink.books).toHaveLength(5);
    expect(sink.outcomes.at(-1)).toBe('applied');
  });

  it('D3 Coinbase: products are listed, and what it does not know is skipped', async () => {
    const sink = await play('coinbase', crypto('COINBASE.0'));
    expect(sink.instruments.length).toBeGreaterThan(50);
    expect(sink.instruments).toContainEqual({
      symbol: 'SKL/EUR',
      name: 'SKL/EUR',
      tickSize: expect.stringMatching(/^0\.0+1$/),
      lotSize: expect.any(String),
      currency: 'EUR',
      status: 'LISTED',
    });
  });

  it('D3 A-share: every row is a trade, prices and sizes in yuan and shares', async () => {
    const sink = await play('ashare', path.join(DATA, 'ashare/SZ000001.trans.csv'));
    expect(sink.trades).toHaveLength(8884);
    expect(sink.trades[0]).toEqual({
      symbol: '000001',
      price: '11.200',
      size: '1571400',
      side: 'NEUTRAL',
      exchangeTime: Date.parse('2019-02-01T09:25:02+08:00'),
    });
  });

  it('D3 lets others have their turn while it plays without pauses', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 0);
    await play('kraken', crypto('KRAKEN.ws.50.0'));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
  });

  it('D3 ends at once when told to, in the middle of a pause', async () => {
    const stop = new AbortController();
    const playing = play('ashare', path.join(DATA, 'ashare/SZ000001.trans.csv'), 1, stop);
    setImmediate(() => stop.abort());
    const sink = await playing;
    expect(sink.trades.length).toBeLessThanOrEqual(1);
  });
});

describe('a Coinbase level 2 recording', () => {
  it('D3 is played as snapshot, changes and trades', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tickroom-replay-'));
    const file = path.join(folder, 'COINBASE.1');
    const lines = [
      { type: 'snapshot', product_id: 'BTC-USD', bids: [['10.0', '1']], asks: [['10.1', '2']] },
      {
        type: 'l2update',
        product_id: 'BTC-USD',
        changes: [
          ['buy', '10.05', '3'],
          ['sell', '10.1', '0'],
        ],
        time: '2021-04-17T16:48:53.000Z',
      },
      {
        type: 'match',
        product_id: 'BTC-USD',
        trade_id: 7,
        side: 'sell',
        price: '10.1',
        size: '1',
        time: '2021-04-17T16:48:54.000Z',
      },
    ];
    writeFileSync(file, lines.map((line, i) => `161867813${i}.5: ${JSON.stringify(line)}`).join('\n'));
    const sink = await play('coinbase', file);
    rmSync(folder, { recursive: true });
    expect(sink.books[0]).toMatchObject({ symbol: 'BTC/USD', bids: [{ price: '10.0', size: '1' }] });
    expect(sink.outcomes).toEqual(['applied']);
    expect(sink.trades[0]).toMatchObject({ price: '10.1', side: 'BUY', sourceSequence: '7' });
  });

  it('D5 says in one sentence that a file is missing', async () => {
    await expect(play('kraken', 'no/such/file')).rejects.toThrow(
      'no/such/file cannot be read: check the path in FEEDS',
    );
  });
});

describe('symbols of recordings', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tickroom-names-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const written = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const ROW = 'buyorsell,time,price,volume\n0,20190102093001,10050,3\n';

  it.each([
    ['SZ000001.trans.csv', '000001'],
    ['SH000001.csv', 'SH.000001'],
    ['600519.trans.csv', '600519'],
  ])('D6 the file %s is of %s', async (name, symbol) => {
    const { trades } = await play('ashare', written(name, ROW));
    expect(trades.map((trade) => parseSymbol(trade.symbol))).toEqual([symbol]);
  });

  it.each(['20190102.csv', '201901.csv', 'trades-600519.csv', 'SZ0000012.csv'])(
    'D6 the file %s is of no symbol by accident, but of the one that is given',
    async (name) => {
      const file = written(name, ROW);
      await expect(play('ashare', file)).rejects.toThrow('?symbol=000001');
      const sink = new RecordingSink();
      const [feed] = parseFeeds(`replay:ashare:${file}?speed=max&symbol=SZ.000001`);
      await feed?.run({ sink, signal: new AbortController().signal, onAlive: () => {} });
      expect(sink.trades).toHaveLength(1);
    },
  );

  it('D6 Binance: pairs are split rightly, and a name that cannot be split is not dropped silently', async () => {
    const line = (s: string) =>
      `1767225600.0: ${JSON.stringify({ stream: 'x', data: { e: 'aggTrade', s, a: 1, p: '1', q: '1', T: 1_767_225_600_000, m: false } })}\n`;
    const names = ['BNBUSD', 'BATUSD', 'USDTUSD', '币安人生USDT', 'FOO'];
    written('b.http.0.0', '');
    const { trades } = await play('binance', written('b.ws.1.0', names.map(line).join('')));
    expect(trades.map(({ symbol }) => symbol)).toEqual([
      'BNB/USD',
      'BAT/USD',
      'USDT/USD',
      '币安人生/USDT',
      'FOO/?',
    ]);
    expect(() => parseSymbol('FOO/?')).toThrow();
  });
});
