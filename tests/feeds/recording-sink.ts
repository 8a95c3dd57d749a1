import { BookKeeper } from '../../src/market/book/book-keeper.ts';
import type {
  BookChangeOutcome,
  BookReport,
  MarketSink,
  QuoteReport,
  TradeOutcome,
  TradeReport,
} from '../../src/market/events/market-event.ts';
import type { InstrumentReport } from '../../src/market/instruments/instrument-listing.ts';

/** Writes down what a feed reports; books go through the real keeper, so that its verdicts are real. */
export class RecordingSink implements MarketSink {
  readonly instruments: InstrumentReport[] = [];
  readonly quotes: QuoteReport[] = [];
  readonly trades: TradeReport[] = [];
  readonly books: BookReport[] = [];
  readonly outcomes: BookChangeOutcome[] = [];
  readonly #keeper = new BookKeeper({
    writer: 'me',
    publish: () => {},
    now: () => 0,
  });

  listInstrument(instrument: InstrumentReport): void {
    this.instruments.push(instrument);
  }

  acceptQuote(report: QuoteReport): void {
    this.quotes.push(report);
  }

  acceptTrade(report: TradeReport): TradeOutcome {
    this.trades.push(report);
    return 'accepted';
  }

  acceptBook(report: BookReport): void {
    this.books.push(report);
    this.#keeper.accept(report);
  }

  acceptBookChanges(report: Parameters<MarketSink['acceptBookChanges']>[0]): BookChangeOutcome {
    const outcome = this.#keeper.acceptChanges(report);
    this.outcomes.push(outcome);
    return outcome;
  }

  count(outcome: BookChangeOutcome): number {
    return this.outcomes.filter((other) => other === outcome).length;
  }
}
