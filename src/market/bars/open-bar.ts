import Big from 'big.js';
import { compareDecimals } from '../events/decimal.ts';
import type { BarPrices, BarTrade, FundFlowPart, FundFlowSums, TradeBar } from './trade-bars.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A bar that trades can be added to. */
export type OpenBar = Writable<
  Pick<TradeBar, 'start' | 'lastTradeAt' | 'lastTradeNanos' | 'turnover' | 'incomplete'>
> &
  Record<FundFlowPart, Writable<FundFlowSums>> & { prices: Writable<BarPrices> | undefined };

const ZERO = new Big(0);

/** The bar of its first trade. */
export function beginBar(start: number, trade: BarTrade): OpenBar {
  const { price, time, nanos = 0 } = trade;
  const part = () => ({ inflow: ZERO, outflow: ZERO });
  const bar: OpenBar = {
    start,
    lastTradeAt: start,
    lastTradeNanos: 0,
    turnover: ZERO,
    incomplete: undefined,
    prices: {
      open: price,
      high: price,
      low: price,
      close: price,
      volume: ZERO,
      firstTradeAt: time,
      firstTradeNanos: nanos,
    },
    superLarge: part(),
    large: part(),
    medium: part(),
    small: part(),
  };
  addTrade(bar, trade);
  return bar;
}

export function addTrade(bar: OpenBar, { time, nanos = 0, price, size, amount, flow }: BarTrade): void {
  const { prices } = bar;
  const isLast = (time - bar.lastTradeAt || nanos - bar.lastTradeNanos) >= 0;
  if (prices) {
    if ((time - prices.firstTradeAt || nanos - prices.firstTradeNanos) < 0) {
      prices.firstTradeAt = time;
      prices.firstTradeNanos = nanos;
      prices.open = price;
    }
    // most trades repeat a price, and what has been the close is between high and low
    if (price !== prices.close) {
      if (compareDecimals(price, prices.high) > 0) prices.high = price;
      else if (compareDecimals(price, prices.low) < 0) prices.low = price;
    }
    if (isLast) prices.close = price;
    prices.volume = prices.volume.plus(size);
  }
  if (isLast) {
    bar.lastTradeAt = time;
    bar.lastTradeNanos = nanos;
  }
  bar.turnover = bar.turnover.plus(amount);
  if (flow) bar[flow.part][flow.direction] = bar[flow.part][flow.direction].plus(amount);
}

export function copyBar(bar: TradeBar): OpenBar {
  const { start, lastTradeAt, lastTradeNanos, turnover, prices, incomplete } = bar;
  const { superLarge, large, medium, small } = bar;
  return {
    start,
    lastTradeAt,
    lastTradeNanos,
    turnover,
    prices: prices && { ...prices },
    incomplete,
    superLarge: { ...superLarge },
    large: { ...large },
    medium: { ...medium },
    small: { ...small },
  };
}
