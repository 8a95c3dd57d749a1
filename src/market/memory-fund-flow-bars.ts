import Big from 'big.js';
import {
  type BarLength,
  FUND_FLOW_PARTS,
  type FundFlowAmount,
  type FundFlowBar,
  type FundFlowBars,
  type FundFlowPart,
  type FundFlowSums,
} from './fund-flow-bars.ts';

export interface MemoryFundFlowBarsOptions {
  /** Minute bars kept per symbol. @default 15000: ten days around the clock, or over 38 of a stock exchange */
  readonly mostMinutes?: number;
  /** Day bars kept per symbol. @default 260: a year of trading */
  readonly mostDays?: number;
}

const HOUR = 3_600_000;
const ZERO = new Big(0);

/** Bars of this process, bounded per symbol: the oldest go first. */
export class MemoryFundFlowBars implements FundFlowBars {
  readonly #series: Record<BarLength, Map<string, Series>> = { minute: new Map(), day: new Map() };
  readonly #most: Readonly<Record<BarLength, number>>;

  constructor({ mostMinutes = 15_000, mostDays = 260 }: MemoryFundFlowBarsOptions = {}) {
    this.#most = { minute: mostMinutes, day: mostDays };
  }

  add(symbol: string, length: BarLength, start: number, trade: FundFlowAmount): void {
    this.#of(symbol, length).add(start, trade);
  }

  /** Takes a bar as it is, newer than all it has of that symbol and length. */
  restore(symbol: string, length: BarLength, bar: FundFlowBar): void {
    this.#of(symbol, length).restore(bar);
  }

  newestFirst(symbol: string, length: BarLength): Iterable<FundFlowBar> {
    return this.#series[length].get(symbol)?.newestFirst() ?? [];
  }

  isWhole(symbol: string, length: BarLength): boolean {
    return this.#series[length].get(symbol)?.isWhole ?? true;
  }

  #of(symbol: string, length: BarLength): Series {
    const all = this.#series[length];
    let series = all.get(symbol);
    if (!series) {
      series = new Series(this.#most[length]);
      all.set(symbol, series);
    }
    return series;
  }
}

type OpenBar = { start: number; lastTradeAt: number; turnover: Big } & Record<
  FundFlowPart,
  { inflow: Big; outflow: Big }
>;

/**
 * The newest bar is open for trades; all others are packed into one text each, since nine `Big`s weigh 3 KB and their
 * digits 0.1 KB (measured with 14,400 bars of 20 symbols).
 */
class Series {
  readonly #most: number;
  /** oldest first, all before the open one */
  readonly #packed: string[] = [];
  #open: OpenBar | undefined;
  /** What starts before was dropped. */
  #keptFrom = Number.NEGATIVE_INFINITY;

  constructor(most: number) {
    this.#most = most;
  }

  get isWhole(): boolean {
    return this.#keptFrom === Number.NEGATIVE_INFINITY;
  }

  add(start: number, trade: FundFlowAmount): void {
    const open = this.#open;
    if (open && start < open.start) {
      this.#addLate(start, trade);
    } else if (open && start === open.start) {
      addTo(open, trade);
    } else {
      if (open) this.#packed.push(pack(open));
      this.#open = emptyBar(start);
      addTo(this.#open, trade);
      this.#drop();
    }
  }

  restore(bar: FundFlowBar): void {
    if (this.#open) this.#packed.push(pack(this.#open));
    this.#open = copyOf(bar);
    this.#drop();
  }

  *newestFirst(): Generator<FundFlowBar> {
    if (!this.#open) return;
    yield copyOf(this.#open);
    for (let i = this.#packed.length - 1; i >= 0; i -= 1) yield unpack(this.#packed[i] ?? '');
  }

  #addLate(start: number, trade: FundFlowAmount): void {
    if (start < this.#keptFrom) return;
    const packed = this.#packed;
    let after = packed.length;
    while (after > 0 && startOf(packed[after - 1]) > start) after -= 1;
    const known = packed[after - 1];
    const exists = known !== undefined && startOf(known) === start;
    const bar = exists ? unpack(known) : emptyBar(start);
    addTo(bar, trade);
    packed.splice(exists ? after - 1 : after, exists ? 1 : 0, pack(bar));
    this.#drop();
  }

  /** Down to the limit, and on to the next full hour, so that no hour loses only some of its minutes. */
  #drop(): void {
    const packed = this.#packed;
    const excess = packed.length + 1 - this.#most;
    if (excess <= 0) return;
    this.#keptFrom = (Math.floor(startOf(packed[excess - 1]) / HOUR) + 1) * HOUR;
    const first = packed.findIndex((text) => startOf(text) >= this.#keptFrom);
    packed.splice(0, first < 0 ? packed.length : first);
  }
}

function emptyBar(start: number): OpenBar {
  const part = () => ({ inflow: ZERO, outflow: ZERO });
  return {
    start,
    lastTradeAt: start,
    turnover: ZERO,
    superLarge: part(),
    large: part(),
    medium: part(),
    small: part(),
  };
}

function addTo(bar: OpenBar, { time, amount, flow }: FundFlowAmount): void {
  bar.lastTradeAt = Math.max(bar.lastTradeAt, time);
  bar.turnover = bar.turnover.plus(amount);
  if (flow) bar[flow.part][flow.direction] = bar[flow.part][flow.direction].plus(amount);
}

function copyOf(bar: FundFlowBar): OpenBar {
  const { superLarge, large, medium, small } = bar;
  return {
    ...bar,
    superLarge: { ...superLarge },
    large: { ...large },
    medium: { ...medium },
    small: { ...small },
  };
}

function pack(bar: OpenBar): string {
  const sums = FUND_FLOW_PARTS.flatMap((part) => [bar[part].inflow.toFixed(), bar[part].outflow.toFixed()]);
  return [bar.start, bar.lastTradeAt, bar.turnover.toFixed(), ...sums].join(' ');
}

function unpack(text: string): OpenBar {
  const [start, lastTradeAt, turnover = '0', ...sums] = text.split(' ');
  const sumsAt = (i: number): FundFlowSums => ({ inflow: bigOf(sums[i]), outflow: bigOf(sums[i + 1]) });
  return {
    start: Number(start),
    lastTradeAt: Number(lastTradeAt),
    turnover: new Big(turnover),
    superLarge: sumsAt(0),
    large: sumsAt(2),
    medium: sumsAt(4),
    small: sumsAt(6),
  };
}

const bigOf = (text = '0'): Big => (text === '0' ? ZERO : new Big(text));

const startOf = (packed = ''): number => Number.parseInt(packed, 10);
