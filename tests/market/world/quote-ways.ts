import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MemoryBus } from '../../../src/bus/memory/memory-bus.ts';
import { createReplay } from '../../../src/feeds/replay/replay.ts';
import { SymbolGate } from '../../../src/feeds/symbol-gate.ts';
import { MemoryTradeBars } from '../../../src/market/bars/memory-trade-bars.ts';
import { parseInstant } from '../../../src/market/events/instant.ts';
import type { BookReport, QuoteReport, TradeReport } from '../../../src/market/events/market-event.ts';
import { quoteTopic } from '../../../src/market/events/topics.ts';
import { Market } from '../../../src/market/market.ts';
import { startServer, type TestServer } from '../../support/server.ts';

/** One report of a source, as `publishQuotes`, `publishTrades` and `publishOrderBook` take it, without its symbol. */
export interface Step {
  readonly kind: 'quote' | 'trade' | 'book';
  readonly input: Readonly<Record<string, unknown>>;
}

type Text = string | null;
export type Quote = Record<
  | 'price'
  | 'open'
  | 'high'
  | 'low'
  | 'previousClose'
  | 'change'
  | 'changePercent'
  | 'volume'
  | 'turnover'
  | 'bid'
  | 'ask'
  | 'exchangeTime',
  Text
>;
export type Candle = Record<'open' | 'high' | 'low' | 'close' | 'volume' | 'turnover', string>;
export type Flow = Record<'inflow' | 'outflow' | 'netInflow', string>;

/** What stands in the end: the quote, the candle of the newest minute, and the day's flow of small orders. */
export interface Seen {
  readonly quote: Quote | null;
  readonly candle: Candle | undefined;
  readonly flow: Flow | undefined;
}

/** A way into the market. */
export interface Way {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Reports about a symbol of which nothing was heard before. @param symbol @default a new pair */
  run(steps: readonly Step[], symbol?: string): Promise<Seen>;
}

const MUTATIONS = { quote: 'publishQuotes', trade: 'publishTrades', book: 'publishOrderBook' } as const;
const STATE = `query ($symbol: Symbol!) {
  quote(symbol: $symbol) {
    price open high low previousClose change changePercent volume turnover bid ask exchangeTime
  }
  candles(symbol: $symbol, timeframe: MINUTE_1, first: 1) {
    edges { node { open high low close volume turnover } }
  }
  fundFlow(symbol: $symbol, timeframe: DAY_1) { small { inflow outflow netInflow } }
}`;

/** As a publisher and a reader outside see it. */
export class ThroughTheDoor implements Way {
  #server: TestServer | undefined;
  #symbols = 0;

  async start(): Promise<void> {
    this.#server = await startServer();
  }

  async stop(): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
  }

  async run(steps: readonly Step[], known?: string): Promise<Seen> {
    const server = this.#server;
    if (!server) throw new Error('not started');
    this.#symbols += 1;
    const symbol = known ?? `DOOR${this.#symbols}/USD`;
    for (const { kind, input } of steps) {
      const report = { symbol, ...input };
      await server.publish(MUTATIONS[kind], kind === 'book' ? report : [report]);
    }
    const { data } = await server.post(STATE, { symbol });
    const { quote, candles, fundFlow } = data as {
      quote: Quote | null;
      candles: { edges: { node: Candle }[] };
      fundFlow: { small: Flow };
    };
    return { quote, candle: candles.edges[0]?.node, flow: fundFlow.small };
  }
}

/** A market of its own, without other instances; what goes wrong in it fails the test. */
function openMarket() {
  const bus = new MemoryBus();
  const bars = new MemoryTradeBars();
  const open = () =>
    new Market({
      bus,
      bars,
      onError(error) {
        throw error;
      },
    });
  return { bus, open };
}

async function seenIn(market: Market, bus: MemoryBus, symbol: string): Promise<Seen> {
  const { candles } = await market.candles(symbol, 'MINUTE_1', 1);
  const flow = market.fundFlow(symbol, 'DAY_1').small;
  const event = await bus.latest(quoteTopic(symbol));
  const quote = event?.payload as (Omit<Quote, 'exchangeTime'> & { exchangeTime: number | null }) | undefined;
  const time = quote?.exchangeTime ?? null;
  return {
    quote: quote ? { ...quote, exchangeTime: time === null ? null : new Date(time).toISOString() } : null,
    candle: candles[0],
    flow,
  };
}

/** As a feed reports it, and as the instance that takes the market over afterwards publishes it. */
export class OverATakeover implements Way {
  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  async run(steps: readonly Step[], symbol = 'TAKEN/USD'): Promise<Seen> {
    const { bus, open } = openMarket();
    const first = open();
    for (const { kind, input } of steps) {
      const { exchangeTime, ...rest } = input;
      const time = typeof exchangeTime === 'string' ? parseInstant(exchangeTime) : undefined;
      const report = { symbol, ...rest, exchangeTime: time?.ms ?? null, exchangeNanos: time?.nanos ?? null };
      if (kind === 'quote') first.acceptQuote(report as QuoteReport);
      else if (kind === 'trade') first.acceptTrade(report as unknown as TradeReport);
      else first.acceptBook(report as unknown as BookReport);
    }
    await first[Symbol.asyncDispose]();
    const second = open();
    await second.restore([symbol]);
    const seen = await seenIn(second, bus, symbol);
    await second[Symbol.asyncDispose]();
    return seen;
  }
}

/** What a message of Coinbase can say of each kind of step. */
const EXPRESSIBLE: Readonly<Record<Step['kind'], ReadonlySet<string>>> = {
  trade: new Set(['price', 'size', 'side', 'exchangeTime', 'sourceSequence']),
  quote: new Set(['price', 'exchangeTime']),
  book: new Set(['bids', 'asks', 'exchangeTime']),
};

/** Why a recording cannot hold the steps; undefined: it can. */
export function whyNotRecorded(steps: readonly Step[]): string | undefined {
  for (const { kind, input } of steps) {
    const field = Object.keys(input).find((name) => !EXPRESSIBLE[kind].has(name));
    if (field) return `a recorded ${kind} has no ${field}`;
    if (input.price === null) return `a recorded ${kind} has no null`;
    if (input.side === 'NEUTRAL') return 'each recorded trade has an aggressor';
    if (kind === 'trade' && input.side === undefined) return 'each recorded trade has an aggressor';
  }
  return undefined;
}

/** As a recording of Coinbase's messages, played by the replay feed. */
export class ThroughAReplay implements Way {
  #folder = '';
  #files = 0;

  async start(): Promise<void> {
    this.#folder = await mkdtemp(path.join(tmpdir(), 'tickroom-'));
  }

  async stop(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }

  async run(steps: readonly Step[], symbol = 'REPLAYED/USD'): Promise<Seen> {
    this.#files += 1;
    const file = path.join(this.#folder, `${this.#files}.ws`);
    const lines = steps.map((step) => `${Date.now() / 1000}: ${JSON.stringify(messageOf(step, symbol))}`);
    await writeFile(file, `${lines.join('\n')}\n`);
    const { bus, open } = openMarket();
    const market = open();
    const gate = new SymbolGate();
    const sink = gate.before(market);
    const { signal } = new AbortController();
    await createReplay({ format: 'coinbase', file, speed: 'max' }).run({ sink, signal, onAlive() {} });
    if (gate.unread.reports > 0) throw new Error(`unread: ${gate.unread.symbols.join(', ')}`);
    const seen = await seenIn(market, bus, symbol);
    await market[Symbol.asyncDispose]();
    return seen;
  }
}

function messageOf({ kind, input }: Step, symbol: string): object {
  const { price, size, side, bids, asks, exchangeTime: time, sourceSequence: trade_id } = input;
  const said = { product_id: symbol.replace('/', '-'), time };
  // the side of a match is the maker's
  if (kind === 'trade')
    return { ...said, type: 'match', price, size, side: side === 'BUY' ? 'sell' : 'buy', trade_id };
  if (kind === 'quote') return { ...said, type: 'ticker', price };
  const levels = (side: unknown) =>
    (side as { price: string; size: string }[]).map((one) => [one.price, one.size]);
  return { ...said, type: 'snapshot', bids: levels(bids), asks: levels(asks) };
}
