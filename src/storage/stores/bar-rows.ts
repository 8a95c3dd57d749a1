import Big from 'big.js';
import {
  type BarLength,
  type BarPrices,
  FUND_FLOW_PARTS,
  type TradeBar,
} from '../../market/bars/trade-bars.ts';
import type { TradeBar as BarRow } from '../generated/client.ts';

const SUMS = FUND_FLOW_PARTS.flatMap((part) => [`${part}Inflow`, `${part}Outflow`] as const);

/** A bar as a row: decimals as text. */
export function rowOf(symbol: string, length: BarLength, bar: TradeBar): BarRow {
  const { prices } = bar;
  const sums = FUND_FLOW_PARTS.flatMap((part) => [bar[part].inflow.toFixed(), bar[part].outflow.toFixed()]);
  return {
    symbol,
    length,
    start: new Date(bar.start),
    lastTradeAt: new Date(bar.lastTradeAt),
    turnover: bar.turnover.toFixed(),
    open: prices?.open ?? null,
    high: prices?.high ?? null,
    low: prices?.low ?? null,
    close: prices?.close ?? null,
    volume: prices?.volume.toFixed() ?? null,
    firstTradeAt: prices ? new Date(prices.firstTradeAt) : null,
    incomplete: bar.incomplete ?? null,
    ...(Object.fromEntries(SUMS.map((name, i) => [name, sums[i] ?? '0'])) as Pick<
      BarRow,
      (typeof SUMS)[number]
    >),
  };
}

export function barOf(row: BarRow): TradeBar {
  const sums = (part: (typeof FUND_FLOW_PARTS)[number]) => ({
    inflow: new Big(row[`${part}Inflow`]),
    outflow: new Big(row[`${part}Outflow`]),
  });
  return {
    start: row.start.getTime(),
    lastTradeAt: row.lastTradeAt.getTime(),
    lastTradeNanos: 0,
    turnover: new Big(row.turnover),
    prices: pricesOf(row),
    incomplete: row.incomplete ?? undefined,
    superLarge: sums('superLarge'),
    large: sums('large'),
    medium: sums('medium'),
    small: sums('small'),
  };
}

function pricesOf({ open, high, low, close, volume, firstTradeAt }: BarRow): BarPrices | undefined {
  if (open === null || high === null || low === null || close === null) return undefined;
  if (volume === null || firstTradeAt === null) return undefined;
  return {
    open,
    high,
    low,
    close,
    volume: new Big(volume),
    firstTradeAt: firstTradeAt.getTime(),
    firstTradeNanos: 0,
  };
}
