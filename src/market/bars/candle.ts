import Big from 'big.js';
import type { Calendars } from '../calendar/calendars.ts';
import { compareDecimals } from '../events/decimal.ts';
import type { CandleState, Timeframe } from '../events/market-state.ts';
import { type BarPeriod, endOf, periodsOf } from './bar-periods.ts';
import type { BarPrices, TradeBar, TradeBars } from './trade-bars.ts';

type PricedBar = TradeBar & { readonly prices: BarPrices };

const isPriced = (bar: TradeBar): bar is PricedBar => bar.prices !== undefined;

/**
 * Candles (K线) of the periods with trades that the bars still hold in full, newest first and lazy. Days overlap: each
 * is the end of a window. A period of which some trades were not priced has none: it would be of a part.
 */
export function* candlesOf(
  bars: TradeBars,
  symbol: string,
  timeframe: Timeframe,
  calendars: Calendars,
): Generator<CandleState> {
  for (const period of periodsOf(bars, symbol, timeframe, calendars)) {
    const candle = candleOf(symbol, timeframe, period, calendars);
    if (candle) yield candle;
  }
}

function candleOf(
  symbol: string,
  timeframe: Timeframe,
  { start, bars }: BarPeriod,
  calendars: Calendars,
): CandleState | undefined {
  const priced = bars.filter(isPriced);
  const [newest] = priced;
  const oldest = priced.at(-1);
  if (!newest || !oldest || priced.length < bars.length) return undefined;
  let { high, low } = newest.prices;
  let volume = new Big(0);
  let turnover = new Big(0);
  for (const { prices, turnover: amount } of priced) {
    if (compareDecimals(prices.high, high) > 0) high = prices.high;
    if (compareDecimals(prices.low, low) < 0) low = prices.low;
    volume = volume.plus(prices.volume);
    turnover = turnover.plus(amount);
  }
  return {
    symbol,
    timeframe,
    periodStart: start,
    periodEnd: endOf(symbol, timeframe, newest, calendars),
    open: oldest.prices.open,
    high,
    low,
    close: newest.prices.close,
    volume: volume.toFixed(),
    turnover: turnover.toFixed(),
    firstTradeAt: oldest.prices.firstTradeAt,
    lastTradeAt: newest.lastTradeAt,
    ...(bars.some(({ incomplete }) => incomplete) && { incomplete: true }),
  };
}
