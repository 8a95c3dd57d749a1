import Big from 'big.js';
import { compareDecimals } from './decimal.ts';
import {
  type BarPrices,
  type BarTrade,
  FUND_FLOW_PARTS,
  type FundFlowPart,
  type FundFlowSums,
  type TradeBar,
} from './trade-bars.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A bar that trades can be added to. */
export type OpenBar = Writable<Pick<TradeBar, 'start' | 'lastTradeAt' | 'turnover'>> &
  Record<FundFlowPart, Writable<FundFlowSums>> & { prices: Writable<BarPrices> | undefined };

const ZERO = new Big(0);

/** The bar of its first trade. */
export function beginBar(start: number, trade: BarTrade): OpenBar {
  const { price, time } = trade;
  const part = () => ({ inflow: ZERO, outflow: ZERO });
  const bar: OpenBar = {
    start,
    lastTradeAt: start,
    turnover: ZERO,
    prices: { open: price, high: price, low: price, close: price, volume: ZERO, firstTradeAt: time },
    superLarge: part(),
    large: part(),
    medium: part(),
    small: part(),
  };
  addTrade(bar, trade);
  return bar;
}

export function addTrade(bar: OpenBar, { time, price, size, amount, flow }: BarTrade): void {
  const { prices } = bar;
  if (prices) {
    if (time < prices.firstTradeAt) {
      prices.firstTradeAt = time;
      prices.open = price;
    }
    // most trades repeat a price, and what has been the close is between high and low
    if (price !== prices.close) {
      if (compareDecimals(price, prices.high) > 0) prices.high = price;
      else if (compareDecimals(price, prices.low) < 0) prices.low = price;
    }
    if (time >= bar.lastTradeAt) prices.close = price;
    prices.volume = prices.volume.plus(size);
  }
  if (time > bar.lastTradeAt) bar.lastTradeAt = time;
  bar.turnover = bar.turnover.plus(amount);
  if (flow) bar[flow.part][flow.direction] = bar[flow.part][flow.direction].plus(amount);
}

export function copyBar(bar: TradeBar): OpenBar {
  const { prices, superLarge, large, medium, small } = bar;
  return {
    ...bar,
    prices: prices && { ...prices },
    superLarge: { ...superLarge },
    large: { ...large },
    medium: { ...medium },
    small: { ...small },
  };
}

/** A bar as one short text. */
export function packBar(bar: TradeBar): string {
  const { start, lastTradeAt, turnover, prices } = bar;
  const sums = FUND_FLOW_PARTS.flatMap((part) => [bar[part].inflow.toFixed(), bar[part].outflow.toFixed()]);
  const priced = prices
    ? [prices.open, prices.high, prices.low, prices.close, prices.volume.toFixed(), prices.firstTradeAt]
    : [];
  return [start, lastTradeAt, turnover.toFixed(), ...sums, ...priced].join(' ');
}

export function unpackBar(text: string): OpenBar {
  const [start, lastTradeAt, turnover = '0', ...rest] = text.split(' ');
  const sumsAt = (i: number): FundFlowSums => ({ inflow: bigOf(rest[i]), outflow: bigOf(rest[i + 1]) });
  const [open, high = '', low = '', close = '', volume, firstTradeAt] = rest.slice(
    FUND_FLOW_PARTS.length * 2,
  );
  return {
    start: Number(start),
    lastTradeAt: Number(lastTradeAt),
    turnover: new Big(turnover),
    prices:
      open === undefined
        ? undefined
        : { open, high, low, close, volume: bigOf(volume), firstTradeAt: Number(firstTradeAt) },
    superLarge: sumsAt(0),
    large: sumsAt(2),
    medium: sumsAt(4),
    small: sumsAt(6),
  };
}

/** Where a packed bar starts, epoch ms. */
export const startOfPacked = (packed = ''): number => Number.parseInt(packed, 10);

const bigOf = (text = '0'): Big => (text === '0' ? ZERO : new Big(text));
