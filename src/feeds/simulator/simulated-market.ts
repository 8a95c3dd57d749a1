import type { BookLevel, MarketSink, TradeSide } from '../../market/events/market-event.ts';
import type { SimulatedInstrument } from './simulated-instruments.ts';

const DEPTH = 15;
const TRADE_SHARE = 0.35;
/** How strongly the price is drawn back to where it started, per fraction of distance. */
const REVERSION = 12;
/** Money in one order: Pareto from the least on, so that few orders are very large. */
const LEAST_AMOUNT = 5000;
const MAX_AMOUNT = 6_000_000;
const TAIL = 1.2;

type Change = [side: 'bid' | 'ask', tick: number, lots: number];

/**
 * One made-up instrument: a book one tick wide, orders that come and go in it, and trades that eat into it and move
 * the price. It is never crossed, and prices are whole ticks.
 */
export class SimulatedMarket {
  readonly #instrument: SimulatedInstrument;
  readonly #random: () => number;
  readonly #anchor: number;
  /** price of the best bid, in ticks; the best ask is one above */
  #bid: number;
  readonly #bids = new Map<number, number>();
  readonly #asks = new Map<number, number>();
  #sequence = 0;

  constructor(instrument: SimulatedInstrument, random: () => number) {
    this.#instrument = instrument;
    this.#random = random;
    this.#anchor = Math.round(instrument.previousClose / instrument.tick);
    this.#bid = this.#anchor;
    for (let i = 0; i < DEPTH; i += 1) {
      this.#bids.set(this.#bid - i, this.#restingLots());
      this.#asks.set(this.#bid + 1 + i, this.#restingLots());
    }
  }

  /** Names the instrument and reports its day and its whole book. */
  open(sink: MarketSink, now: number): void {
    const { symbol, name, previousClose, tick, lot, limit } = this.#instrument;
    const limitAt = (share: number): string | null =>
      limit === null ? null : this.#price(Math.round((previousClose * (1 + share * limit)) / tick));
    sink.listInstrument({
      symbol,
      name,
      lotSize: String(lot),
      tickSize: this.#price(1),
      limitUp: limitAt(1),
      limitDown: limitAt(-1),
      status: 'LISTED',
    });
    const price = this.#price(this.#bid);
    sink.acceptQuote({
      symbol,
      price,
      open: price,
      previousClose: this.#price(previousClose / tick),
      exchangeTime: now,
    });
    sink.acceptBook({
      symbol,
      bids: [...this.#bids].map(([at, lots]) => this.#level(at, lots)),
      asks: [...this.#asks].map(([at, lots]) => this.#level(at, lots)),
      sourceSequence: this.#sequence,
      exchangeTime: now,
    });
  }

  /** One trade, or one change of the book. */
  step(sink: MarketSink, now: number): void {
    if (this.#random() < TRADE_SHARE) this.#trade(sink, now);
    else this.#rest(sink, now);
  }

  #trade(sink: MarketSink, now: number): void {
    const distance = (this.#bid - this.#anchor) / this.#anchor;
    const side: TradeSide = this.#random() < 0.5 - distance * REVERSION ? 'BUY' : 'SELL';
    const book = side === 'BUY' ? this.#asks : this.#bids;
    const at = side === 'BUY' ? this.#bid + 1 : this.#bid;
    const { symbol, lot } = this.#instrument;
    const lots = this.#orderLots(at);
    sink.acceptTrade({
      symbol,
      price: this.#price(at),
      size: String(lots * lot),
      side,
      sourceSequence: String(this.#sequence),
      exchangeTime: now,
    });
    const left = (book.get(at) ?? 0) - lots;
    if (left > 0) this.#report(sink, now, [[side === 'BUY' ? 'ask' : 'bid', at, left]]);
    else if (this.#mayMove(side)) this.#report(sink, now, side === 'BUY' ? this.#moveUp() : this.#moveDown());
    // at the day's limit the queue does not run dry
    else this.#report(sink, now, [[side === 'BUY' ? 'ask' : 'bid', at, this.#restingLots()]]);
  }

  /** Somebody adds to a level or takes an order back. */
  #rest(sink: MarketSink, now: number): void {
    const depth = Math.floor(this.#random() * DEPTH);
    const change: Change =
      this.#random() < 0.5
        ? ['bid', this.#bid - depth, this.#restingLots()]
        : ['ask', this.#bid + 1 + depth, this.#restingLots()];
    this.#report(sink, now, [change]);
  }

  #mayMove(side: TradeSide): boolean {
    const { limit } = this.#instrument;
    const next = side === 'BUY' ? this.#bid + 2 : this.#bid - 1;
    return next - DEPTH > 0 && (limit === null || Math.abs(next / this.#anchor - 1) < limit);
  }

  #moveUp(): Change[] {
    this.#bid += 1;
    return [
      ['ask', this.#bid, 0],
      ['bid', this.#bid, this.#restingLots()],
      ['bid', this.#bid - DEPTH, 0],
      ['ask', this.#bid + DEPTH, this.#restingLots()],
    ];
  }

  #moveDown(): Change[] {
    this.#bid -= 1;
    return [
      ['bid', this.#bid + 1, 0],
      ['ask', this.#bid + 1, this.#restingLots()],
      ['ask', this.#bid + 1 + DEPTH, 0],
      ['bid', this.#bid + 1 - DEPTH, this.#restingLots()],
    ];
  }

  #report(sink: MarketSink, now: number, changes: readonly Change[]): void {
    const bids: BookLevel[] = [];
    const asks: BookLevel[] = [];
    for (const [side, at, lots] of changes) {
      const book = side === 'bid' ? this.#bids : this.#asks;
      if (lots === 0) book.delete(at);
      else book.set(at, lots);
      (side === 'bid' ? bids : asks).push(this.#level(at, lots));
    }
    this.#sequence += 1;
    sink.acceptBookChanges({
      symbol: this.#instrument.symbol,
      bids,
      asks,
      firstSourceSequence: this.#sequence,
      lastSourceSequence: this.#sequence,
      exchangeTime: now,
    });
  }

  #level(at: number, lots: number): BookLevel {
    return {
      price: this.#price(at),
      size: String(lots * this.#instrument.lot),
      orderCount: Math.ceil(lots / 4),
    };
  }

  #price(at: number): string {
    const { tick, decimals } = this.#instrument;
    return (Math.round(at * tick) / 10 ** decimals).toFixed(decimals);
  }

  #orderLots(at: number): number {
    const { tick, decimals, lot } = this.#instrument;
    const amount = Math.min(MAX_AMOUNT, LEAST_AMOUNT * (1 - this.#random()) ** -TAIL);
    return Math.max(1, Math.round(amount / (((at * tick) / 10 ** decimals) * lot)));
  }

  /** Rests about as much as a few orders take. */
  #restingLots(): number {
    return this.#orderLots(this.#anchor) + this.#orderLots(this.#anchor) + Math.ceil(this.#random() * 20);
  }
}
