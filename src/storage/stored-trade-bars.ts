import Big from 'big.js';
import { MemoryTradeBars, type MemoryTradeBarsOptions } from '../market/memory-trade-bars.ts';
import {
  type BarLength,
  type BarPrices,
  type BarTrade,
  FUND_FLOW_PARTS,
  type TradeBar,
  type TradeBars,
} from '../market/trade-bars.ts';
import type { TradeBar as BarRow, PrismaClient } from './generated/client.ts';

export interface StoredTradeBarsOptions extends MemoryTradeBarsOptions {
  readonly prisma: PrismaClient;
  /** Changed bars are written together after so long. @default 2000 */
  readonly writeAfterMs?: number | undefined;
  /** What could not be written is written later. */
  readonly onError: (error: unknown) => void;
}

const DAY_MS = 86_400_000;
/** Minutes are stored for so long: more than memory keeps of an exchange with trading hours. */
const KEEP_MINUTES_DAYS = 90;
/** Read beyond what memory keeps, so that it knows that there is more. */
const EXTRA = 61;
const MOST_AT_ONCE = 1000;
const SUMS = FUND_FLOW_PARTS.flatMap((part) => [`${part}Inflow`, `${part}Outflow`] as const);

/** Bars in memory that outlive the process: read at the start, and written behind. */
export class StoredTradeBars implements TradeBars, AsyncDisposable {
  readonly #options: StoredTradeBarsOptions;
  readonly #memory: MemoryTradeBars;
  /** changed since they were written: starts by length and symbol */
  #changed = new Map<string, { symbol: string; length: BarLength; starts: Set<number> }>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(options: StoredTradeBarsOptions) {
    this.#options = options;
    this.#memory = new MemoryTradeBars(options);
  }

  static async open(options: StoredTradeBarsOptions): Promise<StoredTradeBars> {
    const bars = new StoredTradeBars(options);
    await bars.#load();
    return bars;
  }

  add(symbol: string, length: BarLength, start: number, trade: BarTrade): void {
    this.#memory.add(symbol, length, start, trade);
    const key = `${length} ${symbol}`;
    let changed = this.#changed.get(key);
    if (!changed) {
      changed = { symbol, length, starts: new Set() };
      this.#changed.set(key, changed);
    }
    changed.starts.add(start);
    this.#timer ??= setTimeout(() => this.#write(), this.#options.writeAfterMs ?? 2000);
  }

  newestFirst(symbol: string, length: BarLength): Iterable<TradeBar> {
    return this.#memory.newestFirst(symbol, length);
  }

  isWhole(symbol: string, length: BarLength): boolean {
    return this.#memory.isWhole(symbol, length);
  }

  /** Writes what has changed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#write();
    await this.#writing;
    // what was under way may have failed, and is written once more
    this.#write();
    await this.#writing;
    clearTimeout(this.#timer);
  }

  async #load(): Promise<void> {
    const { prisma, mostMinutes = 15_000, mostDays = 260 } = this.#options;
    const oldest = new Date(Date.now() - KEEP_MINUTES_DAYS * DAY_MS);
    await prisma.tradeBar.deleteMany({ where: { length: 'minute', start: { lt: oldest } } });
    const rows = await prisma.$queryRaw<BarRow[]>`
      SELECT * FROM (
        SELECT *, row_number() OVER (PARTITION BY "symbol", "length" ORDER BY "start" DESC) AS "age" FROM "FundFlowBar"
      ) b WHERE "age" <= CASE WHEN "length" = 'minute' THEN ${mostMinutes + EXTRA}::int ELSE ${mostDays + EXTRA}::int END
      ORDER BY "start"`;
    for (const row of rows) this.#memory.restore(row.symbol, row.length as BarLength, barOf(row));
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const changed = this.#changed;
    this.#changed = new Map();
    const rows = [...changed.values()].flatMap(({ symbol, length, starts }) =>
      this.#barsAt(symbol, length, starts).map((bar) => rowOf(symbol, length, bar)),
    );
    if (rows.length > 0) this.#writing = this.#writing.then(() => this.#store(rows));
  }

  #barsAt(symbol: string, length: BarLength, starts: Set<number>): TradeBar[] {
    const found: TradeBar[] = [];
    const oldest = Math.min(...starts);
    for (const bar of this.#memory.newestFirst(symbol, length)) {
      if (bar.start < oldest) break;
      if (starts.has(bar.start)) found.push(bar);
    }
    return found;
  }

  async #store(rows: readonly BarRow[]): Promise<void> {
    try {
      for (let i = 0; i < rows.length; i += MOST_AT_ONCE) await this.#upsert(rows.slice(i, i + MOST_AT_ONCE));
    } catch (error) {
      this.#options.onError(error);
      // whole bars are written, so it is enough to remember which
      for (const { symbol, length, start } of rows)
        this.#remember(symbol, length as BarLength, start.getTime());
      this.#timer ??= setTimeout(() => this.#write(), this.#options.writeAfterMs ?? 2000);
    }
  }

  #remember(symbol: string, length: BarLength, start: number): void {
    const key = `${length} ${symbol}`;
    const changed = this.#changed.get(key) ?? { symbol, length, starts: new Set<number>() };
    changed.starts.add(start);
    this.#changed.set(key, changed);
  }

  async #upsert(rows: readonly BarRow[]): Promise<void> {
    await this.#options.prisma.$executeRaw`
      INSERT INTO "FundFlowBar" SELECT * FROM json_populate_recordset(NULL::"FundFlowBar", ${JSON.stringify(rows)}::json)
      ON CONFLICT ("symbol", "length", "start") DO UPDATE SET
        "lastTradeAt" = excluded."lastTradeAt", "turnover" = excluded."turnover",
        "superLargeInflow" = excluded."superLargeInflow", "superLargeOutflow" = excluded."superLargeOutflow",
        "largeInflow" = excluded."largeInflow", "largeOutflow" = excluded."largeOutflow",
        "mediumInflow" = excluded."mediumInflow", "mediumOutflow" = excluded."mediumOutflow",
        "smallInflow" = excluded."smallInflow", "smallOutflow" = excluded."smallOutflow",
        "open" = excluded."open", "high" = excluded."high", "low" = excluded."low", "close" = excluded."close",
        "volume" = excluded."volume", "firstTradeAt" = excluded."firstTradeAt"`;
  }
}

function rowOf(symbol: string, length: BarLength, bar: TradeBar): BarRow {
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
    ...(Object.fromEntries(SUMS.map((name, i) => [name, sums[i] ?? '0'])) as Pick<
      BarRow,
      (typeof SUMS)[number]
    >),
  };
}

function barOf(row: BarRow): TradeBar {
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
