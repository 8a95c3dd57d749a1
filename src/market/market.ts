import Big from 'big.js';
import type { Bus } from '../bus/bus.ts';
import { BookKeeper } from './book-keeper.ts';
import { FundFlows } from './fund-flow.ts';
import type { FundFlowBars } from './fund-flow-bars.ts';
import { Instruments } from './instruments.ts';
import type {
  BookChangeOutcome,
  BookChangeReport,
  BookReport,
  InstrumentListing,
  MarketSink,
  QuoteReport,
  TradeReport,
} from './market-event.ts';
import {
  type FundFlowState,
  type FundFlowThresholds,
  type QuoteState,
  TIMEFRAMES,
  type Timeframe,
  type TradeState,
} from './market-state.ts';
import { QuoteBoard } from './quote-board.ts';
import type { MarketCode } from './symbol.ts';
import { flowTopic, quoteTopic, tradeTopic } from './topics.ts';
import { TradeSides } from './trade-side.ts';

export interface MarketOptions {
  readonly bus: Bus;
  readonly bars: FundFlowBars;
  /** A symbol without events for longer turns stale. @default 30000 */
  readonly staleAfterMs?: number;
  /** Fund flow of a symbol is published at most so often. @default 500 */
  readonly flowEveryMs?: number;
  readonly thresholds?: Partial<Record<MarketCode, FundFlowThresholds>>;
  /** epoch ms; @default Date.now */
  readonly now?: () => number;
  /** Hears of publishes that the bus refused. */
  readonly onError: (error: unknown) => void;
}

const FLOW_SOURCE = 'trades';
const LEAST_SWEEP_MS = 50;

/** Takes what feeds report, keeps the state of every instrument, and publishes what changed. */
export class Market implements MarketSink {
  readonly instruments = new Instruments();
  readonly #bus: Bus;
  readonly #now: () => number;
  readonly #onError: (error: unknown) => void;
  readonly #quotes: QuoteBoard;
  readonly #sides = new TradeSides();
  readonly #flows: FundFlows;
  readonly #books: BookKeeper;
  readonly #flowing = new Set<string>();
  readonly #timers: NodeJS.Timeout[];

  constructor(options: MarketOptions) {
    const { bus, bars, staleAfterMs = 30_000, flowEveryMs = 500, thresholds = {}, now = Date.now } = options;
    this.#bus = bus;
    this.#now = now;
    this.#onError = options.onError;
    this.#quotes = new QuoteBoard(staleAfterMs);
    this.#flows = new FundFlows({ bars, thresholds, source: FLOW_SOURCE });
    this.#books = new BookKeeper({
      now,
      publish: (topic, payload) => this.#publish(topic, payload),
      onTop: (symbol, bid, ask, time) => {
        const changed = this.#quotes.applyTop(symbol, bid, ask, time, now());
        if (changed) this.#publishQuote(changed);
      },
    });
    this.#timers = [
      setInterval(() => this.#publishFlows(), flowEveryMs),
      setInterval(() => this.#sweep(), Math.max(LEAST_SWEEP_MS, staleAfterMs / 4)),
    ];
  }

  listInstrument(instrument: InstrumentListing): void {
    this.instruments.add(instrument);
  }

  acceptQuote(report: QuoteReport): void {
    this.#list(report.symbol);
    this.#publishQuote(this.#quotes.applyReport(report, this.#now()));
  }

  acceptTrade(report: TradeReport): void {
    const { symbol, price, exchangeTime = null } = report;
    this.#list(symbol);
    const now = this.#now();
    const size = new Big(report.size);
    const turnover = report.turnover ? new Big(report.turnover) : size.times(price);
    const side = this.#sides.decide(symbol, price, report.side);
    const turnoverText = report.turnover ?? turnover.toFixed();
    const trade: TradeState = {
      symbol,
      price,
      size: report.size,
      turnover: turnoverText,
      side,
      sourceSequence: report.sourceSequence ?? null,
      exchangeTime,
      receivedAt: now,
    };
    this.#publish(tradeTopic(symbol), trade);
    this.#publishQuote(this.#quotes.applyTrade({ ...report, turnover: turnoverText }, now));
    this.#flows.record({ symbol, size, turnover, side, time: exchangeTime ?? now });
    this.#flowing.add(symbol);
  }

  acceptBook(report: BookReport): void {
    this.#list(report.symbol);
    this.#books.accept(report);
  }

  acceptBookChanges(report: BookChangeReport): BookChangeOutcome {
    return this.#books.acceptChanges(report);
  }

  /** The current period, up to the newest trade. */
  fundFlow(symbol: string, timeframe: Timeframe): FundFlowState {
    return this.#flows.current(symbol, timeframe, this.#now());
  }

  /** Periods, newest first. */
  fundFlowHistory(symbol: string, timeframe: Timeframe): readonly FundFlowState[] {
    return this.#flows.history(symbol, timeframe);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#publishFlows();
  }

  #list(symbol: string): void {
    if (!this.instruments.has(symbol)) this.instruments.add({ symbol, name: symbol });
  }

  #publishFlows(): void {
    for (const symbol of this.#flowing) {
      for (const timeframe of TIMEFRAMES) {
        this.#publish(flowTopic(symbol, timeframe), this.fundFlow(symbol, timeframe));
      }
    }
    this.#flowing.clear();
  }

  #sweep(): void {
    for (const turned of this.#quotes.sweep(this.#now())) this.#publishQuote(turned);
  }

  #publishQuote(quote: QuoteState): void {
    this.#publish(quoteTopic(quote.symbol), quote);
  }

  #publish(topic: string, payload: object): void {
    this.#bus.publish(topic, payload).catch(this.#onError);
  }
}
