import type { Bus, PublishOptions } from '../bus/bus.ts';
import { TickroomError } from '../errors.ts';
import { take } from '../primitives/take.ts';
import { type CandleHistory, Candles } from './bars/candles.ts';
import { FundFlows } from './bars/fund-flow.ts';
import { thresholdsOf } from './bars/fund-flow-thresholds.ts';
import { TradeBarRecorder } from './bars/trade-bar-recorder.ts';
import type { TradeBars } from './bars/trade-bars.ts';
import { BookKeeper } from './book/book-keeper.ts';
import { Calendars } from './calendar/calendars.ts';
import { compareDecimals } from './events/decimal.ts';
import { EventClocks } from './events/event-time.ts';
import type {
  BookChangeOutcome,
  BookChangeReport,
  BookReport,
  CorrectionsTaken,
  MarketSink,
  QuoteReport,
  TradeCorrectionReport,
  TradeOutcome,
  TradeReport,
  TradesTaken,
} from './events/market-event.ts';
import { MarketPublisher } from './events/market-publisher.ts';
import {
  type FundFlowState,
  type FundFlowThresholds,
  type QuoteState,
  TIMEFRAMES,
  type Timeframe,
  type TradeState,
} from './events/market-state.ts';
import { bookTopic, flowTopic, quoteTopic, tradeTopic } from './events/topics.ts';
import type { InstrumentReport } from './instruments/instrument-listing.ts';
import { Instruments } from './instruments/instruments.ts';
import { QuoteBoard } from './quote-board.ts';
import type { MarketCode } from './symbols/symbol.ts';
import { type TakenTrade, TradeIntake } from './trades/trade-intake.ts';

export interface MarketOptions {
  readonly bus: Bus;
  readonly bars: TradeBars;
  /** Where what is heard of is listed. @default its own */
  readonly instruments?: Instruments;
  /** Tells its book events from those of another instance, and begins the ids of its trades. */
  readonly writer?: string;
  /** The fencing token of the lease under which this instance leads the market; absent: nobody else can. */
  readonly token?: number | undefined;
  /** A symbol without events for longer turns stale. @default 30000 */
  readonly staleAfterMs?: number;
  /** Fund flow of a symbol is published at most so often. @default 500 */
  readonly flowEveryMs?: number;
  /** Where the fund-flow buckets begin, per market. @default East Money's rule */
  readonly thresholds?: Partial<Record<MarketCode, FundFlowThresholds>>;
  /** When markets trade. @default those that come with the server */
  readonly calendars?: Calendars;
  /** What fund flow names as its source. @default "trades" */
  readonly source?: string;
  /** epoch ms; @default Date.now */
  readonly now?: () => number;
  /** An event was refused because another instance leads the market; called once. */
  readonly onFenced?: () => void;
  /** Receives errors of publishes that the bus refused. */
  readonly onError: (error: unknown) => void;
}

const LEAST_SWEEP_MS = 250;
const RESTORED_AT_ONCE = 200;
/** A correction concerns the quote of its day, and that of the day after. */
const CORRECTED_DAYS = 3;
const LOSSLESS: PublishOptions = { lossless: true };

/** Takes what feeds report, keeps the state of every instrument, and publishes what changed. */
export class Market implements MarketSink {
  readonly instruments: Instruments;
  readonly #bus: Bus;
  readonly #now: () => number;
  readonly #publisher: MarketPublisher;
  readonly #clocks = new EventClocks();
  readonly #quotes: QuoteBoard;
  readonly #bars: TradeBars;
  readonly #token: number | undefined;
  readonly #trades: TradeIntake;
  readonly #flows: FundFlows;
  readonly #candles: Candles;
  readonly #books: BookKeeper;
  readonly #flowing = new Set<string>();
  readonly #timers: NodeJS.Timeout[];
  readonly #stopWatching: () => void;
  /** whose quote changed while other instances could not hear of it */
  readonly #unheard = new Set<string>();
  readonly #staleAfterMs: number;
  /** since when the others cannot hear, in ms of `now` */
  #unheardSince = 0;
  #events = 0;

  constructor(options: MarketOptions) {
    const { bus, bars, thresholds = {}, source = 'trades', now = Date.now } = options;
    const { staleAfterMs = 30_000, flowEveryMs = 500, calendars = new Calendars() } = options;
    this.#bus = bus;
    this.instruments = options.instruments ?? new Instruments();
    this.#now = now;
    this.#publisher = new MarketPublisher(bus, options.token, options.onError, options.onFenced);
    this.#staleAfterMs = staleAfterMs;
    this.#quotes = new QuoteBoard(staleAfterMs, this.#clocks, calendars, this.instruments);
    const everyMarket = thresholdsOf(thresholds);
    this.#flows = new FundFlows({ bars, thresholds: everyMarket, source, calendars });
    this.#candles = new Candles(bus, bars, calendars);
    this.#bars = bars;
    this.#token = options.token;
    this.#trades = new TradeIntake({
      bus,
      bars,
      calendars,
      clocks: this.#clocks,
      recorder: new TradeBarRecorder({ bars, thresholds: everyMarket, calendars }),
      candles: this.#candles,
      writer: options.writer ?? 'sole',
      publish: (topic, trade, onRefused) =>
        this.#publisher.publish(topic, trade, LOSSLESS, undefined, onRefused),
    });
    this.#books = new BookKeeper({
      writer: options.writer ?? 'sole',
      now,
      publish: (topic, payload) => {
        this.#publisher.publish(topic, payload, {}, (event) => this.#books.published(payload.symbol, event));
      },
      onTop: (symbol, bid, ask, time) => {
        // in continuous trading such prices are wrong; in an auction they are where it stands
        const isCrossed = bid !== null && ask !== null && compareDecimals(bid, ask) >= 0;
        if (isCrossed && calendars.statusAt(symbol, time ?? now()).state !== 'AUCTION') return;
        this.#publishQuote(this.#quotes.applyTop(symbol, bid, ask, time, now()));
      },
    });
    this.#timers = [
      setInterval(() => this.#publishFlows(), flowEveryMs),
      setInterval(() => this.#sweep(), Math.max(LEAST_SWEEP_MS, staleAfterMs / 4)),
    ];
    for (const timer of this.#timers) timer.unref();
    this.#stopWatching = bus.onChange((isConnected) => {
      // within this process it is a new epoch, and books begin with a whole one
      this.#books.publishAgain();
      if (isConnected) this.#publishUnheard();
      else this.#unheardSince = this.#now();
    });
  }

  /** Quotes, trades and books taken in since the start, refused book changes included. */
  get events(): number {
    return this.#events;
  }

  /** Resolves when the bus keeps up: for those who can be made to wait before they report more. */
  room(): Promise<void> {
    return this.#publisher.room();
  }

  listInstrument(instrument: InstrumentReport): void {
    this.instruments.add(instrument);
  }

  acceptQuote(report: QuoteReport): void {
    this.#hear(report.symbol);
    this.#publishQuote(this.#quotes.applyReport(report, this.#now()));
  }

  acceptTrade(report: TradeReport): TradeOutcome {
    return this.#takeTrade(report) ? 'accepted' : 'duplicate';
  }

  /**
   * Takes trades in order. Resolves when each is numbered, so that it will be told and counted once, whatever happens to
   * this instance.
   * @throws TickroomError SERVICE_UNAVAILABLE when the bus refused some of them
   */
  async publishTrades(reports: readonly TradeReport[]): Promise<TradesTaken> {
    const taken: TakenTrade[] = [];
    const duplicates: TradeReport[] = [];
    for (const report of reports) {
      const trade = this.#takeTrade(report);
      if (trade) taken.push(trade);
      else duplicates.push(report);
    }
    const published = await Promise.all(taken.map((trade) => trade.published));
    if (published.includes(undefined)) throw notTaken();
    // what was sent before may still be under way
    if (!(await this.#trades.areNumbered(duplicates, this.#now()))) throw notTaken();
    return { accepted: taken.length, duplicates: duplicates.length };
  }

  /**
   * Corrects trades that were published before, in order: volume, turnover, high and low, candles and fund flow of their
   * time, and whoever subscribes. Each is taken or rejected by itself.
   * @throws TickroomError SERVICE_UNAVAILABLE when the bus cannot be read, or refused one of them
   */
  async correctTrades(reports: readonly TradeCorrectionReport[]): Promise<CorrectionsTaken> {
    const rejected: { index: number; code: string; message: string }[] = [];
    for (const [index, report] of reports.entries()) {
      try {
        await this.#correctTrade(report);
      } catch (error) {
        if (!(error instanceof TickroomError) || error.code === 'SERVICE_UNAVAILABLE') throw error;
        rejected.push({ index, code: error.code, message: error.message });
      }
    }
    return { accepted: reports.length - rejected.length, rejected };
  }

  async #correctTrade(report: TradeCorrectionReport): Promise<void> {
    const { symbol } = report;
    const { before, published } = await this.#trades.correct(report, this.#now());
    if (!published) throw notTaken();
    const after = published.payload as TradeState;
    const days = [...take(CORRECTED_DAYS, this.#bars.newestFirst(symbol, 'day'))];
    const replaced = after.correction?.kind === 'BUST' ? undefined : after;
    this.#publishQuote(this.#quotes.correct(before, replaced, days, this.#now()));
    this.#flowing.add(symbol);
  }

  #takeTrade(report: TradeReport): TakenTrade | undefined {
    this.#hear(report.symbol);
    const now = this.#now();
    const taken = this.#trades.take(report, now);
    if (!taken) {
      this.#publishQuote(this.#quotes.touch(report.symbol, now));
      return undefined;
    }
    const { trade, event } = taken;
    this.#publishQuote(this.#quotes.applyTrade(trade, now, event));
    this.#flowing.add(report.symbol);
    return taken;
  }

  acceptBook(report: BookReport): void {
    this.#hear(report.symbol);
    this.#books.accept(this.#clocks.judged(report, this.#now()));
    this.#publishQuote(this.#quotes.touch(report.symbol, this.#now()));
  }

  acceptBookChanges(report: BookChangeReport): BookChangeOutcome {
    this.#events += 1;
    const outcome = this.#books.acceptChanges(this.#clocks.judged(report, this.#now()));
    // most changes are below the best prices and so not in the quote, but the symbol is alive
    if (outcome === 'applied') this.#publishQuote(this.#quotes.touch(report.symbol, this.#now()));
    return outcome;
  }

  /** The period of the newest trade, whenever that was; all zero when there was none. */
  fundFlow(symbol: string, timeframe: Timeframe): FundFlowState {
    return this.#flows.current(symbol, timeframe, this.#now());
  }

  /**
   * The periods with trades, newest first.
   * @param most periods wanted; @default all that are kept, which for minutes may be 15,000 and take 0.6 s
   */
  fundFlowHistory(symbol: string, timeframe: Timeframe, most?: number): readonly FundFlowState[] {
    return this.#flows.history(symbol, timeframe, most);
  }

  /**
   * The newest candles, newest first, and the last trade in them.
   * @param most candles wanted; each costs some 2 microseconds a minute or day in it
   * @throws TickroomError SERVICE_UNAVAILABLE when the bus cannot be read
   */
  candles(symbol: string, timeframe: Timeframe, most: number): Promise<CandleHistory> {
    return this.#candles.history(symbol, timeframe, most);
  }

  /**
   * Goes on from what another instance published and stored before: trades that it had not stored are counted, quotes
   * are as they were, with the day's figures of the bars, and books are stale until their source gives them anew.
   * @throws TickroomError SERVICE_UNAVAILABLE when the bus cannot be read
   */
  async restore(symbols: readonly string[]): Promise<void> {
    const all = [...new Set([...symbols, ...this.#bars.stored.positions.keys()])];
    // first of all, so that nothing of whoever led before comes after what is read here
    if (this.#token !== undefined) await this.#bus.raise(all.flatMap(topicsOf), this.#token);
    for (let i = 0; i < all.length; i += RESTORED_AT_ONCE) {
      await Promise.all(all.slice(i, i + RESTORED_AT_ONCE).map((symbol) => this.#restore(symbol)));
    }
    await this.#renumber(this.#bars.stored.merged ?? []);
  }

  /**
   * Takes trades that an instance which led before acknowledged, and could not hand in. Those that are known are
   * duplicates.
   */
  async takeForwarded(trades: readonly TradeState[]): Promise<TradesTaken> {
    const known = await this.#trades.knownOf(trades);
    const reports = trades.filter((trade) => !known.has(trade));
    const taken = await this.publishTrades(reports.map(reportAgain));
    return { ...taken, duplicates: taken.duplicates + known.size };
  }

  /** Trades of a symbol that were acknowledged are lost: its newest bars are incomplete. */
  noteLost(symbol: string): void {
    this.#trades.noteLost(symbol, this.#now());
  }

  /** Clients that return to a merged series get a gap, and query candles and fund flow again. */
  async #renumber(merged: readonly string[]): Promise<void> {
    if (merged.length === 0) return;
    await this.#bus.renumber(merged.flatMap((symbol) => [tradeTopic(symbol), quoteTopic(symbol)]));
    for (const symbol of merged) {
      const quote = this.#quotes.get(symbol);
      if (quote) this.#publisher.publish(quoteTopic(symbol), quote);
      this.#flowing.add(symbol);
    }
  }

  async #restore(symbol: string): Promise<void> {
    const [quote, book] = await Promise.all([
      this.#bus.latest(quoteTopic(symbol)),
      this.#bus.latest(bookTopic(symbol)),
      this.#trades.recover(symbol, this.#now()),
    ]);
    const now = this.#now();
    if (quote) this.#quotes.restore(quote.payload as QuoteState, now);
    const [today, before] = this.#bars.newestFirst(symbol, 'day');
    if (today) this.#publishQuote(this.#quotes.restoreDay(symbol, today, before, now));
    if (book) this.#books.suspend(symbol);
  }

  /** Stops the timers and publishes the fund flow still owed; resolves when the bus has taken it. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#stopWatching();
    await Promise.all(this.#publishFlows());
  }

  #hear(symbol: string): void {
    this.#events += 1;
    if (!this.instruments.has(symbol)) this.instruments.add({ symbol, name: symbol });
  }

  #publishFlows(): Promise<unknown>[] {
    const published: Promise<unknown>[] = [];
    for (const symbol of this.#flowing) {
      for (const timeframe of TIMEFRAMES) {
        published.push(
          this.#publisher.publish(flowTopic(symbol, timeframe), this.fundFlow(symbol, timeframe)),
        );
      }
    }
    this.#flowing.clear();
    return published;
  }

  #sweep(): void {
    for (const turned of this.#quotes.sweep(this.#now())) this.#publishQuote(turned);
  }

  #publishQuote(quote: QuoteState | undefined): void {
    if (!quote) return;
    if (!this.#bus.isConnected) this.#unheard.add(quote.symbol);
    this.#publisher.publish(quoteTopic(quote.symbol), quote);
  }

  /** Other instances can hear again. */
  #publishUnheard(): void {
    for (const symbol of this.#unheard) {
      const quote = this.#quotes.get(symbol);
      if (quote) this.#publisher.publish(quoteTopic(symbol), quote);
      this.#flowing.add(symbol);
    }
    if (this.#now() - this.#unheardSince >= this.#staleAfterMs) this.#publishDoubted();
    this.#unheard.clear();
  }

  /** What did not change meanwhile the others take for stale, see `StaleQuoteMarker`. */
  #publishDoubted(): void {
    for (const quote of this.#quotes.all()) {
      if (!this.#unheard.has(quote.symbol)) this.#publisher.publish(quoteTopic(quote.symbol), quote);
    }
  }
}

const topicsOf = (symbol: string): string[] => [tradeTopic(symbol), quoteTopic(symbol), bookTopic(symbol)];

/** A trade that was published once, as its report: what its source did not say of its time is when it was received. */
const reportAgain = ({ receivedAt, ...trade }: TradeState): TradeReport => ({
  ...trade,
  exchangeTime: trade.exchangeTime ?? receivedAt,
});

const notTaken = (): TickroomError =>
  new TickroomError(
    'SERVICE_UNAVAILABLE',
    'Another instance takes the market over at the moment, and some of the trades were not taken: send them again. Those that have a sourceSequence count once.',
  );
