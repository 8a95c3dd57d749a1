import type { MarketSink } from '../../market/events/market-event.ts';
import { isRecord, levelsOf, linesOf, parseMessage, type Recorded, sourceTime } from './recording.ts';

/** Coinbase Exchange: `snapshot` and `l2update` of level 2, matches, tickers, and the list of products. */
export async function* readCoinbase(file: string): AsyncIterable<Recorded> {
  for await (const line of linesOf(file)) {
    const recorded = parseMessage(line);
    if (!recorded) continue;
    const { at, message } = recorded;
    if (Array.isArray(message)) yield { at, deliver: (sink) => listProducts(sink, message) };
    else if (isRecord(message)) yield { at, deliver: (sink) => deliver(sink, message) };
  }
}

/** `BTC-USD` → `BTC/USD`; whether it is a pair at all, the gate of the feed decides. */
const symbolOf = (product: unknown): string | undefined =>
  typeof product === 'string' ? product.replace('-', '/') : undefined;

function listProducts(sink: MarketSink, products: readonly unknown[]): void {
  for (const product of products) {
    const symbol = isRecord(product) ? symbolOf(product.id) : undefined;
    if (!symbol || !isRecord(product)) continue;
    const { quote_increment, base_increment, quote_currency, status } = product;
    sink.listInstrument({
      symbol,
      name: symbol,
      tickSize: decimalOf(quote_increment),
      lotSize: decimalOf(base_increment),
      currency: typeof quote_currency === 'string' ? quote_currency : undefined,
      status: status === 'online' ? 'LISTED' : undefined,
    });
  }
}

const decimalOf = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[0-9]+(?:\.[0-9]+)?$/.test(value) ? value : undefined;

function deliver(sink: MarketSink, message: Record<string, unknown>): void {
  const symbol = symbolOf(message.product_id);
  if (!symbol) return;
  const time = sourceTime(message.time);
  const { exchangeTime } = time;
  const { price, size } = message;
  switch (message.type) {
    case 'snapshot':
      sink.acceptBook({ symbol, bids: levelsOf(message.bids), asks: levelsOf(message.asks), exchangeTime });
      break;
    case 'l2update':
      sink.acceptBookChanges({ symbol, ...changesOf(message.changes), exchangeTime });
      break;
    case 'match':
    case 'last_match':
      if (typeof price !== 'string' || typeof size !== 'string') return;
      sink.acceptTrade({
        symbol,
        price,
        size,
        // the side of a match is the maker's
        side: message.side === 'buy' ? 'SELL' : 'BUY',
        sourceSequence: message.trade_id === undefined ? null : String(message.trade_id),
        ...time,
      });
      break;
    case 'ticker':
      if (typeof price === 'string') sink.acceptQuote({ symbol, price, ...time });
      break;
  }
}

/** `["buy", price, size]`; a size of 0 removes. */
function changesOf(changes: unknown) {
  const all = Array.isArray(changes) ? changes.filter(Array.isArray) : [];
  const of = (side: string) =>
    levelsOf(all.filter((change) => change[0] === side).map((change) => change.slice(1)));
  return { bids: of('buy'), asks: of('sell') };
}
