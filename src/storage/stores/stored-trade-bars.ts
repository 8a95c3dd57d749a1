import type { Position } from '../../bus/bus.ts';
import { MemoryTradeBars, type MemoryTradeBarsOptions } from '../../market/bars/memory-trade-bars.ts';
import type { SequencePart } from '../../market/bars/seen-sequences.ts';
import {
  type BarLength,
  type BarTrade,
  NOTHING_STORED,
  type StoredPositions,
  type TradeBar,
  type TradeBars,
} from '../../market/bars/trade-bars.ts';
import { WriteBehind } from '../../primitives/write-behind.ts';
import type { TradeBar as BarRow, PrismaClient } from '../generated/client.ts';
import { barOf, rowOf } from './bar-rows.ts';
import {
  type BarsToStore,
  LeaderChangedError,
  openAsLeader,
  readSequences,
  storeBars,
} from './trade-bar-rows.ts';

export interface StoredTradeBarsOptions extends MemoryTradeBarsOptions {
  readonly prisma: PrismaClient;
  /** Changed bars are written together after so long. @default 2000 */
  readonly writeAfterMs?: number | undefined;
  /**
   * The fencing token of the leader: who has a lower one than the last leader stores nothing. @default one above that of
   * the last leader
   */
  readonly token?: number | undefined;
  /** symbols whose bars are others since the database was opened, see `mergeSpellings` */
  readonly merged?: readonly string[];
  /** What could not be written is written later. */
  readonly onError: (error: unknown) => void;
}

const DAY_MS = 86_400_000;
/** Minutes are stored for so long: more than memory keeps of an exchange with trading hours. */
const KEEP_MINUTES_DAYS = 90;
/** Read beyond what memory keeps, so that it knows that there is more. */
const EXTRA = 61;

/** What changed of one symbol since it was stored. */
interface Changed {
  readonly starts: Record<BarLength, Set<number>>;
  readonly removed: Record<BarLength, Set<number>>;
  /** up to where the bars count; undefined: no trade was recorded */
  published: Promise<Position | undefined> | undefined;
}

/**
 * Bars in memory that outlive the process: read at the start, and written behind, each time with the position up to
 * which they count and the sequences seen, in one transaction.
 */
export class StoredTradeBars implements TradeBars, AsyncDisposable {
  readonly #options: StoredTradeBarsOptions;
  readonly #memory: MemoryTradeBars;
  #token = 0n;
  #stored: StoredPositions = NOTHING_STORED;
  /** since they were written, by symbol */
  #changed = new Map<string, Changed>();
  readonly #writes: WriteBehind;
  /** another instance leads: what is here is of no use any more */
  #isOver = false;

  private constructor(options: StoredTradeBarsOptions) {
    this.#options = options;
    this.#memory = new MemoryTradeBars(options);
    this.#writes = new WriteBehind({
      write: () => this.#write(),
      delayMs: options.writeAfterMs ?? 2000,
      onError: options.onError,
    });
  }

  /** @throws LeaderChangedError when an instance with a higher token leads the market */
  static async open(options: StoredTradeBarsOptions): Promise<StoredTradeBars> {
    const bars = new StoredTradeBars(options);
    await bars.#load();
    return bars;
  }

  get seen(): MemoryTradeBars['seen'] {
    return this.#memory.seen;
  }

  get stored(): StoredPositions {
    return this.#stored;
  }

  add(symbol: string, length: BarLength, start: number, trade: BarTrade): void {
    this.#memory.add(symbol, length, start, trade);
    this.#change(symbol).starts[length].add(start);
  }

  replace(symbol: string, length: BarLength, start: number, bar: TradeBar | undefined): void {
    this.#memory.replace(symbol, length, start, bar);
    const { starts, removed } = this.#change(symbol);
    starts[length].add(start);
    if (!bar) removed[length].add(start);
  }

  recorded(symbol: string, published: Promise<Position | undefined>): void {
    this.#change(symbol).published = published;
  }

  newestFirst(symbol: string, length: BarLength): Iterable<TradeBar> {
    return this.#memory.newestFirst(symbol, length);
  }

  isComplete(symbol: string, length: BarLength): boolean {
    return this.#memory.isComplete(symbol, length);
  }

  /** Writes what has changed, and that nothing is missing. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writes[Symbol.asyncDispose]();
    // a write that failed is repeated once, with the mark that nothing is missing
    await this.#write(true).catch(this.#options.onError);
    this.#isOver = true;
  }

  async #load(): Promise<void> {
    const { prisma, token, mostMinutes = 15_000, mostDays = 260 } = this.#options;
    const { token: taken, ...stored } = await openAsLeader(prisma, token);
    this.#token = taken;
    this.#stored = { ...stored, merged: this.#options.merged ?? [] };
    const oldest = new Date(Date.now() - KEEP_MINUTES_DAYS * DAY_MS);
    await prisma.tradeBar.deleteMany({ where: { length: 'minute', start: { lt: oldest } } });
    const rows = await prisma.$queryRaw<BarRow[]>`
      SELECT * FROM (
        SELECT *, row_number() OVER (PARTITION BY "symbol", "length" ORDER BY "start" DESC) AS "age" FROM "TradeBar"
      ) b WHERE "age" <= CASE WHEN "length" = 'minute' THEN ${mostMinutes + EXTRA}::int ELSE ${mostDays + EXTRA}::int END
      ORDER BY "start"`;
    for (const row of rows) this.#memory.restore(row.symbol, row.length as BarLength, barOf(row));
    for (const part of await readSequences(prisma)) this.seen.restore(part);
  }

  #change(symbol: string): Changed {
    let changed = this.#changed.get(symbol);
    if (!changed) {
      changed = {
        starts: { minute: new Set(), day: new Set() },
        removed: { minute: new Set(), day: new Set() },
        published: undefined,
      };
      this.#changed.set(symbol, changed);
    }
    this.#writes.request();
    return changed;
  }

  /** The bars and the position are those of one moment: what is added while they are written is written next time. */
  async #write(isLast = false): Promise<void> {
    if (this.#isOver) return;
    const changed = this.#changed;
    this.#changed = new Map();
    if (changed.size === 0 && !isLast) return;
    this.seen.prune(Date.now());
    const rows = new Map(
      [...changed].map(([symbol, { starts }]) => [
        symbol,
        (['minute', 'day'] as const).flatMap((length) =>
          this.#barsAt(symbol, length, starts[length]).map((bar) => rowOf(symbol, length, bar)),
        ),
      ]),
    );
    const sequences = this.seen.takeChanged();
    await this.#store(changed, rows, sequences, isLast);
  }

  #barsAt(symbol: string, length: BarLength, starts: ReadonlySet<number>): TradeBar[] {
    if (starts.size === 0) return [];
    const found: TradeBar[] = [];
    const oldest = Math.min(...starts);
    for (const bar of this.#memory.newestFirst(symbol, length)) {
      if (bar.start < oldest) break;
      if (starts.has(bar.start)) found.push(bar);
    }
    return found;
  }

  async #store(
    changed: ReadonlyMap<string, Changed>,
    rows: ReadonlyMap<string, readonly BarRow[]>,
    sequences: readonly SequencePart[],
    isLast: boolean,
  ): Promise<void> {
    try {
      const batch = await batchOf(changed, rows, sequences);
      const isClosed = isLast && this.#changed.size === 0;
      await storeBars(this.#options.prisma, { ...batch, token: this.#token, isClosed });
    } catch (error) {
      if (error instanceof LeaderChangedError) {
        this.#isOver = true;
        throw error;
      }
      // whole bars are written, so it is enough to remember which
      for (const [symbol, one] of changed) this.#remember(symbol, one);
      this.seen.giveBack(sequences);
      throw error;
    }
  }

  #remember(symbol: string, { starts, removed, published }: Changed): void {
    const again = this.#change(symbol);
    for (const length of ['minute', 'day'] as const) {
      for (const start of starts[length]) again.starts[length].add(start);
      for (const start of removed[length]) again.removed[length].add(start);
    }
    again.published ??= published;
  }
}

/** What may be stored: of a symbol whose last trade the bus refused nothing is, since another instance leads it. */
async function batchOf(
  changed: ReadonlyMap<string, Changed>,
  rows: ReadonlyMap<string, readonly BarRow[]>,
  sequences: readonly SequencePart[],
): Promise<Omit<BarsToStore, 'token' | 'isClosed'>> {
  const refused = new Set<string>();
  const positions: (Position & { symbol: string })[] = [];
  for (const [symbol, { published }] of changed) {
    const position = await published;
    if (position) positions.push({ symbol, epoch: position.epoch, sequence: position.sequence });
    else if (published) refused.add(symbol);
  }
  const removed = [...changed].flatMap(([symbol, { removed: starts }]) =>
    (['minute', 'day'] as const).flatMap((length) =>
      [...starts[length]].map((start) => ({ symbol, length, start: new Date(start) })),
    ),
  );
  const isKept = ({ symbol }: { readonly symbol: string }): boolean => !refused.has(symbol);
  return {
    bars: [...rows.values()].flat().filter(isKept),
    removed: removed.filter(isKept),
    positions,
    sequences: sequences.filter(({ scope }) => isKept(scope)),
  };
}
