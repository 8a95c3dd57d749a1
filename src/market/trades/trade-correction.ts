import Big from 'big.js';
import type { BusEvent } from '../../bus/bus.ts';
import { TickroomError } from '../../errors.ts';
import { MINUTE } from '../bars/bar-periods.ts';
import { addTrade, beginBar, copyBar, type OpenBar } from '../bars/open-bar.ts';
import { type BarTrade, FUND_FLOW_PARTS, type TradeBar, type TradeBars } from '../bars/trade-bars.ts';
import type { TradeCorrectionReport } from '../events/market-event.ts';
import type { TradeState } from '../events/market-state.ts';
import { extreme } from '../events/quote-figures.ts';

/** When a trade counts; epoch ms. */
export const timeOf = ({ exchangeTime, countsAt, receivedAt }: TradeState): number =>
  exchangeTime ?? countsAt ?? receivedAt;

export const minuteOf = (trade: TradeState): number => Math.floor(timeOf(trade) / MINUTE) * MINUTE;

const isSame = (
  trade: TradeState,
  { source, sourceSequence }: Pick<TradeState, 'source' | 'sourceSequence'>,
) => (trade.source ?? null) === (source ?? null) && trade.sourceSequence === sourceSequence;

/** The trades that count after all events up to one, corrections applied, in the order in which they came. */
export function countingTrades(events: readonly BusEvent[]): TradeState[] {
  const trades: TradeState[] = [];
  for (const { payload } of events) {
    const trade = payload as TradeState;
    if (!trade.correction) {
      trades.push(trade);
      continue;
    }
    const at = trades.findLastIndex((one) => isSame(one, trade));
    if (at >= 0) trades.splice(at, 1, ...(trade.correction.kind === 'BUST' ? [] : [trade]));
  }
  return trades;
}

/** Since when all trades of a symbol are kept, epoch ms; -Infinity: all that there ever were. */
export function keptSince(events: readonly BusEvent[]): number {
  const [first] = events;
  if (!first || first.sequence === 1) return Number.NEGATIVE_INFINITY;
  return Math.max(...events.slice(0, 50).map(({ payload }) => timeOf(payload as TradeState)));
}

/**
 * The trade that a correction is about, as it counts now.
 * @param events those kept of its symbol
 * @throws TickroomError INVALID_INPUT when it is not kept, saying how far back they are; CONFLICT when it was busted
 */
export function tradeToCorrect(
  { symbol, source, sourceSequence }: TradeCorrectionReport,
  events: readonly BusEvent[],
): TradeState {
  const found = countingTrades(events).findLast((trade) => isSame(trade, { source, sourceSequence }));
  const since = keptSince(events);
  if (found && minuteOf(found) >= since) return found;
  const name = `The trade ${sourceSequence} of ${source} on ${symbol}`;
  if (!found && events.some(({ payload }) => isSame(payload as TradeState, { source, sourceSequence }))) {
    throw new TickroomError(
      'CONFLICT',
      `${name} was busted before: send it again as a trade if it counts after all.`,
    );
  }
  const reach =
    since === Number.NEGATIVE_INFINITY
      ? 'no such trade was published since the server keeps its trades'
      : `trades of ${symbol} are kept in full since ${new Date(Math.ceil(since / MINUTE) * MINUTE).toISOString()}`;
  throw new TickroomError('INVALID_INPUT', `${name} cannot be corrected: ${reach}.`);
}

/** What a correction is applied to. */
export interface BarCorrection {
  readonly symbol: string;
  /** starts of the minute and the day of the trade, epoch ms */
  readonly minute: number;
  readonly day: number;
  /** when that day ends, exclusive */
  readonly dayEnd: number;
  /** all trades of that minute that count now, in the order in which they came */
  readonly trades: readonly BarTrade[];
}

/** Makes the minute anew from its trades, and the day from the difference and from its minutes. */
export function correctBars(bars: TradeBars, correction: BarCorrection): void {
  const { symbol, minute, day, trades } = correction;
  const before = barAt(bars, symbol, 'minute', minute);
  const today = barAt(bars, symbol, 'day', day);
  let after: OpenBar | undefined;
  for (const trade of trades) {
    if (after) addTrade(after, trade);
    else after = beginBar(minute, trade);
  }
  if (after && before?.incomplete) after.incomplete = true;
  bars.replace(symbol, 'minute', minute, after);
  if (!before || !today) return;
  bars.replace(symbol, 'day', day, dayAfter(bars, correction, today, before, after));
}

function dayAfter(
  bars: TradeBars,
  { symbol, dayEnd }: BarCorrection,
  today: TradeBar,
  before: TradeBar,
  after: TradeBar | undefined,
): TradeBar | undefined {
  const corrected = copyBar(today);
  const difference = (of: (bar: TradeBar) => Big): Big => (after ? of(after) : new Big(0)).minus(of(before));
  corrected.turnover = corrected.turnover.plus(difference(({ turnover }) => turnover));
  for (const part of FUND_FLOW_PARTS) {
    for (const direction of ['inflow', 'outflow'] as const) {
      const change = difference((bar) => bar[part][direction]);
      corrected[part][direction] = corrected[part][direction].plus(change);
    }
  }
  const minutes: TradeBar[] = [];
  for (const bar of bars.newestFirst(symbol, 'minute')) {
    if (bar.start < today.start) break;
    if (bar.start < dayEnd) minutes.push(bar);
  }
  const [newest] = minutes;
  const oldest = minutes.at(-1);
  if (!newest || !oldest) return undefined;
  corrected.lastTradeAt = newest.lastTradeAt;
  corrected.lastTradeNanos = newest.lastTradeNanos;
  if (!corrected.prices || !newest.prices || !oldest.prices) return corrected;
  const priced = minutes.flatMap(({ prices }) => (prices ? [prices] : []));
  corrected.prices = {
    ...oldest.prices,
    close: newest.prices.close,
    high: priced.reduce((high, prices) => extreme(high, prices.high, 1), newest.prices.high),
    low: priced.reduce((low, prices) => extreme(low, prices.low, -1), newest.prices.low),
    volume: corrected.prices.volume.plus(difference(({ prices }) => prices?.volume ?? new Big(0))),
  };
  return corrected;
}

function barAt(
  bars: TradeBars,
  symbol: string,
  length: 'minute' | 'day',
  start: number,
): TradeBar | undefined {
  for (const bar of bars.newestFirst(symbol, length)) {
    if (bar.start === start) return bar;
    if (bar.start < start) return undefined;
  }
  return undefined;
}
