import { existsSync } from 'node:fs';
import type { MarketSink } from '../../market/events/market-event.ts';
import { splitPair } from '../../market/symbols/pairs.ts';
import { isRecord, levelsOf, linesOf, parseMessage, type Recorded, sourceTime } from './recording.ts';

interface Diff {
  readonly at: number;
  readonly first: number;
  readonly last: number;
  /** futures only: the last update of the message before */
  readonly previous: number | null;
  readonly body: Record<string, unknown>;
}

/** `NKNUSDT` → `NKN/USDT`; a name that ends with no known currency becomes `NAME/?`, which the feed reports as unread. */
function symbolOf(name: unknown): string | undefined {
  if (typeof name !== 'string' || name === '') return undefined;
  const pair = splitPair(name.toUpperCase());
  return pair ? `${pair.base}/${pair.quote}` : `${name}/?`;
}

/**
 * Binance's streams, with each book's REST snapshot from the file beside it (`.ws.` → `.http.`). Depth diffs are joined
 * to the snapshot by the documented steps: diffs before it wait, those that end at or before it are dropped, and the
 * first one used must span its next update.
 * https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#how-to-manage-a-local-order-book-correctly
 */
export async function* readBinance(file: string): AsyncIterable<Recorded> {
  const snapshots = await readSnapshots(file);
  const waiting = new Map<string, Diff[]>();
  const joined = new Set<string>();
  for await (const line of linesOf(file)) {
    const recorded = parseMessage(line);
    if (!recorded || !isRecord(recorded.message) || !isRecord(recorded.message.data)) continue;
    const { at } = recorded;
    for (const snapshot of snapshots.splice(
      0,
      snapshots.findIndex((later) => later.at > at),
    )) {
      joined.add(snapshot.symbol);
      yield { at: snapshot.at, deliver: snapshot.deliver };
      for (const diff of waiting.get(snapshot.symbol) ?? []) yield diffEvent(snapshot.symbol, diff);
      waiting.delete(snapshot.symbol);
    }
    const body = recorded.message.data;
    const symbol = symbolOf(body.s);
    if (!symbol) continue;
    const diff = diffOf(at, body);
    if (!diff) {
      yield { at, deliver: (sink) => deliverOther(sink, symbol, body) };
    } else if (joined.has(symbol)) {
      yield diffEvent(symbol, diff);
    } else {
      waiting.set(symbol, [...(waiting.get(symbol) ?? []), diff]);
    }
  }
}

async function readSnapshots(file: string): Promise<(Recorded & { symbol: string })[]> {
  const beside = file.replace(/\.ws\.[0-9]+\.([0-9]+)$/, '.http.0.$1');
  const snapshots: (Recorded & { symbol: string })[] = [];
  if (beside === file || !existsSync(beside)) {
    throw new Error(
      `The recording ${file} needs its REST snapshots in ${beside === file ? 'a file named ….http.0.0' : beside}.`,
    );
  }
  for await (const line of linesOf(beside)) {
    const recorded = parseMessage(line);
    if (!recorded || !isRecord(recorded.message)) continue;
    const { lastUpdateId, bids, asks } = recorded.message;
    const symbol = symbolOf(decoded(/[?&]symbol=([^&\s]+)/.exec(recorded.from)?.[1]));
    if (!symbol || typeof lastUpdateId !== 'number') continue;
    snapshots.push({
      at: recorded.at,
      symbol,
      deliver: (sink) =>
        sink.acceptBook({
          symbol,
          bids: levelsOf(bids),
          asks: levelsOf(asks),
          sourceSequence: lastUpdateId,
          exchangeTime: recorded.at,
        }),
    });
  }
  // the end of the list, so that `findIndex` above always finds a later one
  snapshots.push({ at: Number.POSITIVE_INFINITY, symbol: '', deliver: () => {} });
  return snapshots;
}

/** What an address holds, percent-encoded or not. */
function decoded(text: string | undefined): string | undefined {
  try {
    return text && decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

function diffOf(at: number, body: Record<string, unknown>): Diff | undefined {
  const { e, U, u, pu } = body;
  return e === 'depthUpdate' && typeof U === 'number' && typeof u === 'number'
    ? { at, first: U, last: u, previous: typeof pu === 'number' ? pu : null, body }
    : undefined;
}

const diffEvent = (symbol: string, { at, first, last, previous, body }: Diff): Recorded => ({
  at,
  deliver: (sink) => {
    sink.acceptBookChanges({
      symbol,
      bids: levelsOf(body.b),
      asks: levelsOf(body.a),
      firstSourceSequence: first,
      lastSourceSequence: last,
      previousSourceSequence: previous,
      exchangeTime: sourceTime(body.E).exchangeTime,
    });
  },
});

function deliverOther(sink: MarketSink, symbol: string, body: Record<string, unknown>): void {
  const { e, p, q, a, m, b } = body;
  if (e === 'aggTrade' && typeof p === 'string' && typeof q === 'string') {
    // m: the buyer was the maker, so the seller was the aggressor
    const side = m === true ? 'SELL' : 'BUY';
    sink.acceptTrade({
      symbol,
      price: p,
      size: q,
      side,
      sourceSequence: a === undefined ? null : String(a),
      ...sourceTime(body.T),
    });
  } else if (e === undefined && typeof b === 'string' && typeof a === 'string') {
    sink.acceptQuote({ symbol, bid: b, ask: a });
  }
}
