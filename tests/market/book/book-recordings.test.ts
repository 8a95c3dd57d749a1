import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BookKeeper } from '../../../src/market/book/book-keeper.ts';
import type { BookChangeOutcome, BookLevel } from '../../../src/market/events/market-event.ts';
import type { BookState } from '../../../src/market/events/market-state.ts';

const folder = new URL('../../../../shared/data/crypto/', import.meta.url);
const missing = !existsSync(folder);

type Row = readonly [price: string, size: string];
const levels = (rows: readonly Row[] = []): BookLevel[] => rows.map(([price, size]) => ({ price, size }));

/** The JSON of each recorded message. */
function messages(file: string): unknown[] {
  const lines = readFileSync(new URL(file, folder), 'utf8').split('\n');
  return lines.flatMap((line) => {
    const json = /^(?:https\S+ -> )?[0-9.]+: (.*)$/.exec(line)?.[1];
    return json === undefined ? [] : [JSON.parse(json)];
  });
}

function keeping() {
  const published: BookState[] = [];
  const keeper = new BookKeeper({
    writer: 'me',
    publish: (_, state) => published.push(state),
    now: () => 0,
  });
  return { keeper, published };
}

interface KrakenPart {
  as?: Row[];
  bs?: Row[];
  a?: Row[];
  b?: Row[];
  c?: string;
}

/** @returns outcomes of the updates that carry a checksum */
function replayKraken(keeper: BookKeeper, lines: unknown[]): BookChangeOutcome[] {
  const outcomes: BookChangeOutcome[] = [];
  for (const line of lines) {
    if (!Array.isArray(line)) continue;
    const part: KrakenPart = Object.assign({}, ...line.slice(1, -2));
    const symbol = String(line.at(-1));
    if (part.as || part.bs) {
      const depth = Number(String(line.at(-2)).split('-')[1]);
      keeper.accept({ symbol, bids: levels(part.bs), asks: levels(part.as), maxDepth: depth });
    } else {
      const checksum = part.c === undefined ? null : Number(part.c);
      outcomes.push(keeper.acceptChanges({ symbol, bids: levels(part.b), asks: levels(part.a), checksum }));
    }
  }
  return outcomes;
}

interface Depth {
  stream: string;
  data: { s: string; U: number; u: number; b: Row[]; a: Row[]; E: number };
}

function replayBinance(keeper: BookKeeper, diffs: Depth[]): BookChangeOutcome[] {
  return diffs.map(({ data }) =>
    keeper.acceptChanges({
      symbol: data.s,
      bids: levels(data.b),
      asks: levels(data.a),
      firstSourceSequence: data.U,
      lastSourceSequence: data.u,
      exchangeTime: data.E,
    }),
  );
}

const binanceDiffs = (): Depth[] =>
  (messages('BINANCE.ws.1.0') as Depth[]).filter(({ stream }) => stream?.includes('@depth'));

/** The recording has one snapshot for each symbol, in the order of the stream names. */
function binanceSnapshots() {
  const text = readFileSync(new URL('BINANCE.http.0.0', folder), 'utf8');
  const symbols = [...text.matchAll(/depth\?symbol=([A-Z]+)/g)].map(([, symbol]) => symbol ?? '');
  const bodies = messages('BINANCE.http.0.0') as { lastUpdateId: number; bids: Row[]; asks: Row[] }[];
  return bodies.map((body, index) => ({
    symbol: symbols[index] ?? '',
    bids: levels(body.bids),
    asks: levels(body.asks),
    sourceSequence: body.lastUpdateId,
  }));
}

describe.skipIf(missing)('recorded books', () => {
  it('M5 verifies every checksum of the Kraken recording', () => {
    const { keeper, published } = keeping();
    const outcomes = replayKraken(keeper, messages('KRAKEN.ws.50.0'));
    expect(outcomes.length).toBe(4269);
    expect(outcomes.filter((outcome) => outcome !== 'applied')).toEqual([]);
    expect(published.some(({ kind }) => kind === 'stale')).toBe(false);
  });

  it('M5 notices by checksum that a Kraken update was lost', () => {
    const { keeper, published } = keeping();
    const lines = messages('KRAKEN.ws.50.0');
    const lost = lines.findIndex(
      (line) => Array.isArray(line) && line.at(-1) === 'XMR/USD' && 'b' in line[1],
    );
    const outcomes = replayKraken(keeper, lines.toSpliced(lost, 1));
    expect(outcomes).toContain('checksum');
    expect(published.filter(({ kind }) => kind === 'stale')).toMatchObject([
      { symbol: 'XMR/USD', reason: 'checksum' },
    ]);
  });

  it('M4 joins the Binance diffs to their snapshots without a gap', () => {
    const { keeper, published } = keeping();
    for (const snapshot of binanceSnapshots()) keeper.accept(snapshot);
    const outcomes = replayBinance(keeper, binanceDiffs());
    const count = (wanted: BookChangeOutcome) => outcomes.filter((outcome) => outcome === wanted).length;
    expect(count('gap') + count('unknown') + count('checksum')).toBe(0);
    expect(count('applied')).toBeGreaterThan(50);
    expect(count('outdated')).toBeGreaterThan(0);
    expect(published.some(({ kind }) => kind === 'stale')).toBe(false);
  });

  it('M4 notices a removed Binance line as a gap, and goes on after a fresh snapshot', () => {
    const { keeper, published } = keeping();
    const [snapshot] = binanceSnapshots();
    if (!snapshot) throw new Error('no snapshot recorded');
    keeper.accept(snapshot);
    const diffs = binanceDiffs().filter(({ data }) => data.s === snapshot.symbol);
    const outcomes = replayBinance(keeper, diffs.toSpliced(4, 1));
    expect(outcomes.indexOf('gap')).toBe(4);
    expect(new Set(outcomes.slice(4))).toEqual(new Set(['gap']));
    expect(published.filter(({ kind }) => kind === 'stale').length).toBe(1);

    keeper.accept({ ...snapshot, sourceSequence: diffs[4]?.data.u ?? null });
    expect(new Set(replayBinance(keeper, diffs.slice(5)))).toEqual(new Set(['applied']));
  });
});
