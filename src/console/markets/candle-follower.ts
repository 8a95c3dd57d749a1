import {
  type Candle,
  CandleBook,
  type CandleTrade,
  type ChartTimeframe,
  MAX_CANDLES,
} from './candle-book.ts';

/** A page of candles as the server answers it. */
export interface CandlePage {
  /** oldest first */
  readonly candles: readonly Candle[];
  /** of the newest trade in them; 0: there is none */
  readonly lastSequence: number;
  /** where older ones are; undefined: there are none */
  readonly older: string | undefined;
}

/** @param older where a page told that there is more; undefined: the newest candles */
export type ReadCandles = (timeframe: ChartTimeframe, older?: string) => Promise<CandlePage>;

/** `newest`: candles from the last one on were changed or added. */
export type CandleChange = 'all' | 'newest';

const MAX_WAITING = 20_000;
const READ_AGAIN_MS = 1000;
const RETRY_MS = 5000;
const CONFIRM_MS = 2000;

/**
 * The candles of a symbol: read from the server, and grown by the trades that are heard.
 *
 * What is read says the sequence of its newest trade, so that of the trades heard since it was asked for those it holds
 * are left out. Trades are contiguous by sequence: one that does not follow the last shows that some were missed, or
 * that the numbering began anew, and then candles are read again.
 */
export class CandleFollower {
  readonly #read: ReadCandles;
  readonly #listeners = new Set<(change: CandleChange) => void>();
  #timeframe: ChartTimeframe | undefined;
  #book: CandleBook | undefined;
  #older: string | undefined;
  #isFailed = false;
  /** the newest trade in what was read, and the last one heard */
  #held = 0;
  #heard: number | undefined;
  /** heard since the candles that are being read were asked for; undefined: none are */
  #waiting: CandleTrade[] | undefined;
  #readAt = Number.NEGATIVE_INFINITY;
  #readAgain = false;
  #isConfirmed = false;
  #loadingOlder = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** changes when what is under way is no longer wanted */
  #turn = {};

  constructor(read: ReadCandles) {
    this.#read = read;
  }

  get timeframe(): ChartTimeframe | undefined {
    return this.#timeframe;
  }

  /** oldest first; undefined: they are still being read */
  get candles(): readonly Candle[] | undefined {
    return this.#book?.candles;
  }

  /** They could not be read, and are tried again. */
  get isFailed(): boolean {
    return this.#isFailed;
  }

  /** @returns ends it */
  onChange(listener: (change: CandleChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  choose(timeframe: ChartTimeframe): void {
    this.#timeframe = timeframe;
    this.#book = undefined;
    this.#older = undefined;
    this.#tell('all');
    this.#start();
  }

  /** The connection is there, for the first time or again: whatever was missed is read. */
  connected(): void {
    this.#heard = undefined;
    this.#isConfirmed = false;
    if (this.#timeframe) this.#start();
  }

  stop(): void {
    this.#turn = {};
    this.#waiting = undefined;
    clearTimeout(this.#timer);
  }

  readonly accept = (trade: CandleTrade): void => {
    const { sequence } = trade;
    const follows = this.#heard === undefined ? sequence <= this.#held + 1 : sequence === this.#heard + 1;
    this.#heard = sequence;
    if (this.#waiting) {
      if (!follows && this.#waiting.length > 0) this.#readAgain = true;
      if (this.#waiting.length >= MAX_WAITING) this.#waiting = [];
      this.#waiting.push(trade);
    } else if (!follows) {
      this.#soon(READ_AGAIN_MS);
    }
    if (this.#book && follows && sequence > this.#held) this.#add(this.#book, trade);
  };

  /** Reads what is before the oldest candle. */
  async loadOlder(): Promise<void> {
    const [book, older, timeframe] = [this.#book, this.#older, this.#timeframe];
    if (!book || older === undefined || !timeframe || this.#loadingOlder) return;
    if (book.candles.length >= MAX_CANDLES) return;
    this.#loadingOlder = true;
    try {
      const page = await this.#read(timeframe, older);
      if (this.#book !== book) return;
      book.prepend(page.candles, page.older === undefined);
      this.#older = page.older;
      this.#tell('all');
    } catch {
      // scrolling there again tries again
    } finally {
      this.#loadingOlder = false;
    }
  }

  #start(): void {
    clearTimeout(this.#timer);
    const turn = {};
    this.#turn = turn;
    this.#waiting = [];
    this.#readAgain = false;
    this.#readAt = Date.now();
    const timeframe = this.#timeframe;
    if (!timeframe) return;
    this.#read(timeframe).then(
      (page) => this.#turn === turn && this.#begin(timeframe, page),
      () => {
        if (this.#turn !== turn) return;
        this.#waiting = undefined;
        this.#isFailed = true;
        this.#tell('all');
        this.#soon(RETRY_MS);
      },
    );
  }

  #begin(timeframe: ChartTimeframe, page: CandlePage): void {
    const before = this.#book?.candles ?? [];
    const first = page.candles[0]?.start ?? Number.POSITIVE_INFINITY;
    // older pages that were scrolled to stay, unless there would be a hole
    const meets = page.older !== undefined && (before.at(-1)?.start ?? Number.NEGATIVE_INFINITY) >= first;
    const kept = meets ? before.filter(({ start }) => start < first) : [];
    if (kept.length === 0) this.#older = page.older;
    const book = new CandleBook(timeframe, [...kept, ...page.candles], this.#older === undefined);
    this.#book = book;
    this.#isFailed = false;
    this.#held = page.lastSequence;
    const later = (this.#waiting ?? []).filter(({ sequence }) => sequence > page.lastSequence);
    this.#waiting = undefined;
    const outcomes = later.map((trade) => book.add(trade));
    this.#tell('all');
    if (
      this.#readAgain ||
      outcomes.includes('unknown') ||
      (later[0] && later[0].sequence !== page.lastSequence + 1)
    ) {
      this.#soon(READ_AGAIN_MS);
    } else if (this.#heard === undefined && !this.#isConfirmed) {
      // the subscription may have begun after the answer, and what was traded in between is told by no later trade yet
      this.#isConfirmed = true;
      this.#soon(CONFIRM_MS);
    }
  }

  #add(book: CandleBook, trade: CandleTrade): void {
    const outcome = book.add(trade);
    if (outcome === 'unknown') this.#soon(READ_AGAIN_MS);
    else this.#tell(outcome === 'newest' ? 'newest' : 'all');
  }

  /** Reads again, so long after the last time. */
  #soon(afterMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#start(), Math.max(0, this.#readAt + afterMs - Date.now()));
  }

  #tell(change: CandleChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
