import Big from 'big.js';
import {
  type BarLength,
  FUND_FLOW_PARTS,
  type FundFlowAmount,
  type FundFlowBar,
  type FundFlowBars,
  type FundFlowPart,
} from './fund-flow-bars.ts';

/** Two days around the clock, or twelve days of an exchange open four hours; and forty trading days. */
const MOST_BARS: Readonly<Record<BarLength, number>> = { minute: 2880, day: 40 };

const ZERO = new Big(0);

type OpenBar = { start: number; lastTradeAt: number; turnover: Big } & Record<
  FundFlowPart,
  { inflow: Big; outflow: Big }
>;

function emptyBar(start: number): OpenBar {
  const parts = Object.fromEntries(FUND_FLOW_PARTS.map((part) => [part, { inflow: ZERO, outflow: ZERO }]));
  return {
    start,
    lastTradeAt: start,
    turnover: ZERO,
    ...(parts as Record<FundFlowPart, { inflow: Big; outflow: Big }>),
  };
}

/** Bars of this process, bounded per symbol: the oldest go first. */
export class MemoryFundFlowBars implements FundFlowBars {
  readonly #bars = new Map<string, Record<BarLength, OpenBar[]>>();

  add(symbol: string, length: BarLength, start: number, { time, amount, flow }: FundFlowAmount): void {
    let bars = this.#bars.get(symbol);
    if (!bars) {
      bars = { minute: [], day: [] };
      this.#bars.set(symbol, bars);
    }
    const bar = barAt(bars[length], start, MOST_BARS[length]);
    if (!bar) return;
    bar.lastTradeAt = Math.max(bar.lastTradeAt, time);
    bar.turnover = bar.turnover.plus(amount);
    if (flow) bar[flow.part][flow.direction] = bar[flow.part][flow.direction].plus(amount);
  }

  list(symbol: string, length: BarLength): readonly FundFlowBar[] {
    return this.#bars.get(symbol)?.[length] ?? [];
  }
}

/** @returns undefined for a bar older than all that may be kept */
function barAt(bars: OpenBar[], start: number, most: number): OpenBar | undefined {
  let at = bars.length;
  while (at > 0 && (bars[at - 1]?.start ?? 0) > start) at -= 1;
  const before = bars[at - 1];
  if (before?.start === start) return before;
  if (at === 0 && bars.length >= most) return undefined;
  const bar = emptyBar(start);
  bars.splice(at, 0, bar);
  if (bars.length > most) bars.shift();
  return bar;
}
