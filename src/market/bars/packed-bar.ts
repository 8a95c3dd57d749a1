import Big from 'big.js';
import { type BarPrices, FUND_FLOW_PARTS, type FundFlowSums, type TradeBar } from './trade-bars.ts';

const ZERO = new Big(0);
/** After the start of a bar of which trades may be missing. */
const INCOMPLETE = '!';

/** A bar as one short text. */
export function packBar(bar: TradeBar): string {
  const { start, lastTradeAt, lastTradeNanos, turnover, prices, incomplete } = bar;
  const sums = FUND_FLOW_PARTS.flatMap((part) => [bar[part].inflow.toFixed(), bar[part].outflow.toFixed()]);
  const priced = prices
    ? [
        prices.open,
        prices.high,
        prices.low,
        prices.close,
        prices.volume.toFixed(),
        prices.firstTradeAt,
        prices.firstTradeNanos,
      ]
    : [];
  // one field, as most stamps have no nanoseconds
  const last = lastTradeNanos === 0 ? lastTradeAt : `${lastTradeAt}+${lastTradeNanos}`;
  return [`${start}${incomplete ? INCOMPLETE : ''}`, last, turnover.toFixed(), ...sums, ...priced].join(' ');
}

/** Where a packed bar starts, epoch ms. */
export const startOfPacked = (packed = ''): number => Number.parseInt(packed, 10);

/** A packed bar to read. Numbers are made of what is asked for: a candle needs two of ten. */
export class PackedBar implements TradeBar {
  readonly #fields: readonly string[];
  #prices: BarPrices | undefined;

  constructor(text: string) {
    this.#fields = text.split(' ');
  }

  get start(): number {
    return startOfPacked(this.#fields[0]);
  }

  get incomplete(): boolean | undefined {
    return this.#fields[0]?.endsWith(INCOMPLETE) || undefined;
  }

  get lastTradeAt(): number {
    return Number.parseInt(this.#fields[1] ?? '0', 10);
  }

  get lastTradeNanos(): number {
    return Number(this.#fields[1]?.split('+')[1] ?? 0);
  }

  get turnover(): Big {
    return this.#big(2);
  }

  get superLarge(): FundFlowSums {
    return this.#sums(3);
  }

  get large(): FundFlowSums {
    return this.#sums(5);
  }

  get medium(): FundFlowSums {
    return this.#sums(7);
  }

  get small(): FundFlowSums {
    return this.#sums(9);
  }

  get prices(): BarPrices | undefined {
    const fields = this.#fields;
    const open = fields[11];
    if (open === undefined) return undefined;
    const [high = '', low = '', close = ''] = fields.slice(12, 15);
    this.#prices ??= {
      open,
      high,
      low,
      close,
      volume: this.#big(15),
      firstTradeAt: Number(fields[16]),
      firstTradeNanos: Number(fields[17]),
    };
    return this.#prices;
  }

  #sums(at: number): FundFlowSums {
    return { inflow: this.#big(at), outflow: this.#big(at + 1) };
  }

  #big(at: number): Big {
    const text = this.#fields[at] ?? '0';
    return text === '0' ? ZERO : new Big(text);
  }
}
