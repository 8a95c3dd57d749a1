import Big from 'big.js';
import type { Instance } from './instances.ts';
import { signEarlier } from './tokens.ts';
import type { PublishedTrade, TradePublisher } from './trade-publisher.ts';

const MINUTE = 60_000;
const QUERY = `query ($symbol: Symbol!) {
  quote(symbol: $symbol) { volume turnover high low }
  days: candles(symbol: $symbol, timeframe: DAY_1, first: 1) { edges { node { ...bar } } }
  minutes: candles(symbol: $symbol, timeframe: MINUTE_1, first: 100) { edges { node { ...bar } } }
  fundFlow(symbol: $symbol, timeframe: DAY_1) {
    incomplete turnover superLarge { ...flow } large { ...flow } medium { ...flow } small { ...flow } }
}
fragment bar on Candle { periodStart open high low close volume turnover incomplete }
fragment flow on FundFlowBucket { inflow outflow }`;

interface Bar {
  readonly periodStart: string;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly turnover: string;
  readonly incomplete: boolean;
}
interface Flow {
  readonly inflow: string;
  readonly outflow: string;
}
interface Answer {
  readonly quote: {
    readonly volume: string;
    readonly turnover: string;
    readonly high: string;
    readonly low: string;
  } | null;
  readonly days: { readonly edges: readonly { readonly node: Bar }[] };
  readonly minutes: { readonly edges: readonly { readonly node: Bar }[] };
  readonly fundFlow: Record<'superLarge' | 'large' | 'medium' | 'small', Flow> & {
    readonly incomplete: boolean;
    readonly turnover: string;
  };
}

/** How the bars of a symbol compare with the sum of its acknowledged trades. */
export interface BarsCheck {
  readonly problems: readonly string[];
  /** bars that say so, and were not compared */
  readonly incomplete: number;
  /** bars that were compared */
  readonly exact: number;
}

/** Compares what an instance says of a symbol with a sum of its own. */
export async function checkBars(instance: Instance, publisher: TradePublisher): Promise<BarsCheck> {
  const { symbol, trades, lagMs } = publisher;
  const answer = await ask(instance, symbol);
  if (typeof answer === 'string') return { problems: [`${symbol}: ${answer}`], incomplete: 0, exact: 0 };
  const { quote, days, minutes, fundFlow } = answer;
  const problems: string[] = [];
  const expect = (what: string, found: string | undefined, wanted: Big | string): void => {
    if (found !== undefined && new Big(found).eq(wanted)) return;
    problems.push(`${symbol} at ${instance.port}: ${what} is ${found} instead of ${wanted.toString()}`);
  };
  const day = sumOf(trades);
  const [stored] = days.edges.map(({ node }) => node);
  const isWhole = stored !== undefined && !stored.incomplete;
  if (!stored || isWhole) {
    expect('the volume of the day', stored?.volume, day.volume);
    expect('the turnover of the day', stored?.turnover, day.turnover);
    expect('the high of the day', stored?.high, day.high);
    expect('the low of the day', stored?.low, day.low);
    expect('the volume of the quote', quote?.volume, day.volume);
    expect('the turnover of the quote', quote?.turnover, day.turnover);
  }
  const buckets = [fundFlow.superLarge, fundFlow.large, fundFlow.medium, fundFlow.small];
  if (isWhole) {
    expect('the inflow', plus(buckets.map(({ inflow }) => inflow)).toFixed(), day.inflow);
    expect('the outflow', plus(buckets.map(({ outflow }) => outflow)).toFixed(), day.outflow);
    if (fundFlow.incomplete) problems.push(`${symbol}: fund flow is incomplete, and its candle is not`);
  }
  const nodes = minutes.edges.map(({ node }) => node);
  const whole = nodes.filter(({ incomplete }) => !incomplete);
  if (lagMs > 0) {
    const byMinute = inMinutes(trades);
    const found = new Map(nodes.map((node) => [Date.parse(node.periodStart), node]));
    for (const [minute, some] of byMinute) {
      const bar = found.get(minute);
      if (bar?.incomplete || (!bar && !isWhole)) continue;
      const wanted = sumOf(some);
      const at = new Date(minute).toISOString().slice(11, 16);
      expect(`the volume of ${at}`, bar?.volume, wanted.volume);
      expect(`the turnover of ${at}`, bar?.turnover, wanted.turnover);
      expect(`the open of ${at}`, bar?.open, wanted.open);
      expect(`the high of ${at}`, bar?.high, wanted.high);
      expect(`the low of ${at}`, bar?.low, wanted.low);
      expect(`the close of ${at}`, bar?.close, wanted.close);
    }
  } else if (isWhole && whole.length === nodes.length) {
    expect('the volume of all minutes', plus(nodes.map(({ volume }) => volume)).toFixed(), day.volume);
  }
  return {
    problems,
    incomplete: nodes.length - whole.length + (isWhole ? 0 : 1),
    exact: whole.length + (isWhole ? 1 : 0),
  };
}

function inMinutes(trades: readonly PublishedTrade[]): ReadonlyMap<number, readonly PublishedTrade[]> {
  const minutes = new Map<number, PublishedTrade[]>();
  for (const trade of trades) {
    const start = Math.floor(trade.time / MINUTE) * MINUTE;
    const some = minutes.get(start);
    if (some) some.push(trade);
    else minutes.set(start, [trade]);
  }
  return minutes;
}

function sumOf(trades: readonly PublishedTrade[]) {
  const prices = trades.map(({ price }) => price).sort((a, b) => Number(a) - Number(b));
  const amounts = (side: string): Big =>
    plus(trades.filter((trade) => trade.side === side).map(({ price, size }) => new Big(price).times(size)));
  return {
    volume: plus(trades.map(({ size }) => size)),
    turnover: plus(trades.map(({ price, size }) => new Big(price).times(size))),
    open: trades[0]?.price ?? '0',
    high: prices.at(-1) ?? '0',
    low: prices[0] ?? '0',
    close: trades.at(-1)?.price ?? '0',
    inflow: amounts('BUY'),
    outflow: amounts('SELL'),
  };
}

const plus = (numbers: readonly (string | Big)[]): Big =>
  numbers.reduce<Big>((sum, one) => sum.plus(one), new Big(0));

async function ask({ port }: Instance, symbol: string): Promise<Answer | string> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await signEarlier('faults-feed', 'PUBLISHER')}`,
      },
      body: JSON.stringify({ query: QUERY, variables: { symbol } }),
      signal: AbortSignal.timeout(10_000),
    });
    const { data, errors } = (await response.json()) as { data?: Answer | null; errors?: unknown };
    return errors || !data ? JSON.stringify(errors) : data;
  } catch (error) {
    return String(error);
  }
}
