import type { Bus } from '../../bus/bus.ts';
import type { Lease } from '../../bus/lease.ts';
import { TickroomError } from '../../errors.ts';
import type { CandleHistory } from '../bars/candles.ts';
import type {
  BookChangeOutcome,
  BookChangeReport,
  BookReport,
  CorrectionsTaken,
  MarketSink,
  QuoteReport,
  TradeCorrectionReport,
  TradeReport,
  TradesTaken,
} from '../events/market-event.ts';
import type { FundFlowState, Timeframe, TradeState } from '../events/market-state.ts';
import type { InstrumentKeeper } from '../instruments/instrument-keeper.ts';
import type { InstrumentListing, InstrumentReport } from '../instruments/instrument-listing.ts';
import { Instruments } from '../instruments/instruments.ts';
import type { Market } from '../market.ts';
import { BusRpc } from './bus-rpc.ts';
import { TRADE_TOPICS, TradeForwarder } from './trade-forwarder.ts';

export interface MarketProxyOptions {
  readonly bus: Bus;
  /** Unique to this start of this process. */
  readonly instance: string;
  /** Opens the market of this instance, which lists what it hears of. */
  readonly open: (instruments: Instruments, token: number | undefined) => Promise<OpenedMarket>;
  /** Says whether this instance still leads, for what it does as the leader. @default it does */
  readonly lease?: Pick<Lease, 'confirm' | 'forfeit'>;
  /** Trades of a topic that some instance acknowledged are lost; called at every instance. */
  readonly onLost?: (topic: string, count: number) => void;
  /** Keeps what is said of instruments here. @default nothing is kept */
  readonly keeper?: InstrumentKeeper;
  readonly onError: (error: unknown) => void;
}

export interface OpenedMarket {
  readonly market: Market;
  /** Publishes and stores what it owes. */
  close(): Promise<void>;
}

const LISTINGS_TOPIC = 'market-listings';
/** Trades that were acknowledged and cannot be published any more. */
const LOST_TOPIC = 'market-lost';
const LEARN_AGAIN_MS = 2000;

interface LostTrades {
  readonly topic: string;
  readonly count: number;
}

/** The methods that a leader runs on behalf of other instances. */
interface Methods {
  publishQuotes(reports: readonly QuoteReport[]): Promise<void>;
  publishTrades(reports: readonly TradeReport[]): Promise<TradesTaken>;
  takeForwarded(trades: readonly TradeState[]): Promise<TradesTaken>;
  correctTrades(reports: readonly TradeCorrectionReport[]): Promise<CorrectionsTaken>;
  publishInstruments(reports: readonly InstrumentReport[]): Promise<void>;
  publishBook(report: BookReport): void;
  publishBookChanges(report: BookChangeReport): BookChangeOutcome;
  fundFlow(symbol: string, timeframe: Timeframe): FundFlowState;
  fundFlowHistory(symbol: string, timeframe: Timeframe, most: number): readonly FundFlowState[];
  candles(symbol: string, timeframe: Timeframe, most: number): Promise<CandleHistory>;
  listings(): readonly InstrumentListing[];
}

/**
 * The market as every instance offers it. One instance keeps it: the state of quotes, books and fund flow has one
 * writer. The others hand reports and questions on to that one, and know what is listed.
 */
export class MarketProxy implements AsyncDisposable {
  readonly instruments: Instruments;
  /** For feeds, which run where the market is kept. */
  readonly sink: MarketSink;
  readonly #options: MarketProxyOptions;
  readonly #line: BusRpc;
  readonly #forwarder: TradeForwarder;
  readonly #stops: (() => void)[] = [];
  #opened: OpenedMarket | undefined;
  /** of the lease under which the market was opened */
  #token: number | undefined;
  #knowsListings = false;
  #unpublished: InstrumentListing[] = [];
  #learning: NodeJS.Timeout | undefined;
  readonly #announcing = new Set<Promise<void>>();
  #disposed = false;

  private constructor(options: MarketProxyOptions) {
    this.#options = options;
    this.#line = new BusRpc(options);
    this.#forwarder = new TradeForwarder({
      ask: (trades) => this.#do('takeForwarded', trades),
      onFailed: (topic, count) => this.#announceLost({ topic, count }),
      onError: options.onError,
    });
    this.instruments = new Instruments((listing) => {
      options.keeper?.note(listing);
      this.#tell(listing);
    });
    this.sink = {
      listInstrument: (listing) => this.#market?.listInstrument(listing),
      acceptQuote: (report) => this.#market?.acceptQuote(report),
      acceptTrade: (report) => this.#market?.acceptTrade(report) ?? 'accepted',
      acceptBook: (report) => this.#market?.acceptBook(report),
      acceptBookChanges: (report) => this.#market?.acceptBookChanges(report) ?? 'unknown',
    };
  }

  static async start(options: MarketProxyOptions): Promise<MarketProxy> {
    const proxy = new MarketProxy(options);
    const { bus } = options;
    proxy.#stops.push(
      await bus.listen(LISTINGS_TOPIC, (payload) => {
        proxy.instruments.learn((payload as { listings: readonly InstrumentListing[] }).listings);
      }),
      await bus.listen(LOST_TOPIC, (payload) => proxy.#onLost(payload as LostTrades)),
      bus.onChange((isConnected) => {
        if (!isConnected) proxy.#knowsListings = false;
        else if (!proxy.#market) proxy.#learn();
      }),
    );
    return proxy;
  }

  get #parts(): Parts {
    return { instruments: this.instruments, keeper: this.#options.keeper };
  }

  get #market(): Market | undefined {
    return this.#opened?.market;
  }

  get isMarketLeader(): boolean {
    return this.#market !== undefined;
  }

  /**
   * This instance leads the market from now on: it goes on from what was published before.
   * @param token of the lease
   * @throws whatever opening it throws
   */
  async take(token?: number): Promise<void> {
    if (this.#market) return;
    const opened = await this.#options.open(this.instruments, token);
    try {
      await opened.market.restore(this.instruments.search().map(({ symbol }) => symbol));
    } catch (error) {
      await opened.close();
      throw error;
    }
    this.#opened = opened;
    this.#token = token;
    this.#knowsListings = true;
    this.#line.answer(async (method, args) => this.#answer(method, args));
  }

  /** Another instance may keep it. */
  async give(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await this.#line.stopAnswering();
    await opened?.close();
  }

  /** Of an instance that does not lead the market: learns what is listed, and goes on until it knows. */
  follow(): void {
    if (!this.#market && !this.#knowsListings) this.#learn();
  }

  /** @throws TickroomError SERVICE_UNAVAILABLE */
  publishQuotes(reports: readonly QuoteReport[]): Promise<void> {
    return this.#do('publishQuotes', reports);
  }

  /** @throws TickroomError SERVICE_UNAVAILABLE */
  publishTrades(reports: readonly TradeReport[]): Promise<TradesTaken> {
    return this.#do('publishTrades', reports);
  }

  /**
   * Resolves when it is stored.
   * @throws TickroomError SERVICE_UNAVAILABLE
   */
  publishInstruments(reports: readonly InstrumentReport[]): Promise<void> {
    return this.#do('publishInstruments', reports);
  }

  /** Each is taken or rejected by itself. @throws TickroomError SERVICE_UNAVAILABLE */
  correctTrades(reports: readonly TradeCorrectionReport[]): Promise<CorrectionsTaken> {
    return this.#do('correctTrades', reports);
  }

  /** @throws TickroomError SERVICE_UNAVAILABLE */
  publishBook(report: BookReport): Promise<void> {
    return this.#do('publishBook', report);
  }

  /** @throws TickroomError SERVICE_UNAVAILABLE */
  publishBookChanges(report: BookChangeReport): Promise<BookChangeOutcome> {
    return this.#do('publishBookChanges', report);
  }

  /**
   * The period of the newest trade; all zero when there was none.
   * @throws TickroomError SERVICE_UNAVAILABLE
   */
  fundFlow(symbol: string, timeframe: Timeframe): Promise<FundFlowState> {
    return this.#do('fundFlow', symbol, timeframe);
  }

  /**
   * The periods with trades, newest first.
   * @throws TickroomError SERVICE_UNAVAILABLE
   */
  fundFlowHistory(symbol: string, timeframe: Timeframe, most: number): Promise<readonly FundFlowState[]> {
    return this.#do('fundFlowHistory', symbol, timeframe, most);
  }

  /**
   * Prices of the periods with trades, newest first.
   * @throws TickroomError SERVICE_UNAVAILABLE
   */
  candles(symbol: string, timeframe: Timeframe, most: number): Promise<CandleHistory> {
    return this.#do('candles', symbol, timeframe, most);
  }

  /** Trades of an outage that the bus refused, see `TradeForwarder`. */
  forward(topic: string, payloads: readonly unknown[], token: number | undefined): void {
    // before they are forwarded: otherwise this instance would ask itself
    this.fenced(token);
    this.#forwarder.forward(topic, payloads);
  }

  /** An event was refused because another instance leads. @param token under which it was published */
  fenced(token: number | undefined): void {
    // what a former tenure of this instance published says nothing of this one
    if (this.#market && token === this.#token) this.#options.lease?.forfeit();
  }

  /** Whoever was paused may lead no longer, and learns of it before it does anything. */
  async #confirm(): Promise<void> {
    const { lease } = this.#options;
    if (!this.#market || !lease || (await lease.confirm())) return;
    throw new TickroomError(
      'SERVICE_UNAVAILABLE',
      'Another instance takes the market over at the moment: try again after a pause.',
    );
  }

  #announceLost(lost: LostTrades): void {
    const announced = this.#options.bus.announce(LOST_TOPIC, { ...lost }).catch(this.#options.onError);
    this.#announcing.add(announced);
    announced.finally(() => this.#announcing.delete(announced));
  }

  #onLost({ topic, count }: LostTrades): void {
    this.#market?.noteLost(topic.slice(TRADE_TOPICS.length));
    this.#options.onLost?.(topic, count);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    clearTimeout(this.#learning);
    this.#forwarder[Symbol.dispose]();
    await Promise.all(this.#announcing);
    for (const stop of this.#stops) stop();
    await this.give();
    await this.#line[Symbol.asyncDispose]();
  }

  async #do<M extends keyof Methods>(
    method: M,
    ...args: Parameters<Methods[M]>
  ): Promise<Awaited<ReturnType<Methods[M]>>> {
    await this.#confirm();
    const market = this.#market;
    if (market) return await run(market, this.#parts, method, args);
    // the result is what `run` returned at the leader, as JSON
    return (await this.#line.ask(method, args)) as Awaited<ReturnType<Methods[M]>>;
  }

  async #answer(method: string, args: readonly unknown[]): Promise<unknown> {
    await this.#confirm();
    const market = this.#market;
    if (!market) return this.#line.ask(method, args);
    return run(market, this.#parts, method as keyof Methods, args as never);
  }

  #tell(listing: InstrumentListing): void {
    if (this.#unpublished.push(listing) > 1) return;
    setImmediate(() => {
      const listings = this.#unpublished;
      this.#unpublished = [];
      this.#options.bus.announce(LISTINGS_TOPIC, { listings }).catch(this.#options.onError);
    });
  }

  #learn(): void {
    clearTimeout(this.#learning);
    this.#line.ask('listings', []).then(
      (listings) => {
        this.#knowsListings = true;
        this.instruments.learn(listings as readonly InstrumentListing[]);
      },
      () => {
        // no instance leads the market yet
        if (this.#disposed || this.#market) return;
        this.#learning = setTimeout(() => this.follow(), LEARN_AGAIN_MS);
      },
    );
  }
}

/** What a leader has beside its market. */
interface Parts {
  readonly instruments: Instruments;
  readonly keeper: InstrumentKeeper | undefined;
}

function run<M extends keyof Methods>(
  market: Market,
  { instruments, keeper }: Parts,
  method: M,
  args: Parameters<Methods[M]>,
): ReturnType<Methods[M]> {
  const methods: Methods = {
    publishQuotes: (reports) => {
      for (const report of reports) market.acceptQuote(report);
      return market.room();
    },
    publishTrades: (reports) => market.publishTrades(reports),
    takeForwarded: (trades) => market.takeForwarded(trades),
    correctTrades: (reports) => market.correctTrades(reports),
    publishInstruments: async (reports) => {
      for (const report of reports) instruments.add(report);
      await keeper?.flush();
    },
    publishBook: (report) => market.acceptBook(report),
    publishBookChanges: (report) => market.acceptBookChanges(report),
    fundFlow: (symbol, timeframe) => market.fundFlow(symbol, timeframe),
    fundFlowHistory: (symbol, timeframe, most) => market.fundFlowHistory(symbol, timeframe, most),
    candles: (symbol, timeframe, most) => market.candles(symbol, timeframe, most),
    listings: () => instruments.search(),
  };
  if (!Object.hasOwn(methods, method)) {
    throw new TickroomError(
      'SERVICE_UNAVAILABLE',
      `The market leader is of an older build, which does not know ${method}: try again when all instances are upgraded.`,
    );
  }
  const call = methods[method] as (...args: Parameters<Methods[M]>) => ReturnType<Methods[M]>;
  return call(...args);
}
