import Big from 'big.js';
import type { Bus, BusEvent, Position } from '../../bus/bus.ts';
import { TickroomError } from '../../errors.ts';
import { MINUTE } from '../bars/bar-periods.ts';
import type { Candles } from '../bars/candles.ts';
import { copyBar } from '../bars/open-bar.ts';
import type { SequenceScope } from '../bars/seen-sequences.ts';
import type { TradeBarRecorder } from '../bars/trade-bar-recorder.ts';
import type { BarLength, TradeBars } from '../bars/trade-bars.ts';
import type { Calendars } from '../calendar/calendars.ts';
import type { EventClocks, EventTime } from '../events/event-time.ts';
import type { TradeCorrectionReport, TradeReport } from '../events/market-event.ts';
import type { TradeState } from '../events/market-state.ts';
import { tradeTopic } from '../events/topics.ts';
import { TradeSides } from '../events/trade-side.ts';
import {
  correctBars,
  countingTrades,
  keptSince,
  minuteOf,
  timeOf,
  tradeToCorrect,
} from './trade-correction.ts';

export interface TradeIntakeOptions {
  readonly bus: Pick<Bus, 'history'>;
  readonly bars: TradeBars;
  readonly calendars: Calendars;
  readonly clocks: EventClocks;
  readonly recorder: TradeBarRecorder;
  readonly candles: Candles;
  /** begins the ids of trades, unique to this leader */
  readonly writer: string;
  /** Publishes where each event matters; never rejects. @returns undefined: the bus refused it, after `onRefused` */
  readonly publish: (
    topic: string,
    trade: TradeState,
    onRefused?: () => void,
  ) => Promise<BusEvent | undefined>;
}

/** A trade that counts. */
export interface TakenTrade {
  readonly trade: TradeState;
  readonly event: EventTime;
  /** undefined: the bus refused it */
  readonly published: Promise<BusEvent | undefined>;
}

/** A trade that was corrected. */
export interface Corrected {
  /** as it counted before */
  readonly before: TradeState;
  /** the correction as it was published; undefined: the bus refused it */
  readonly published: BusEvent | undefined;
}

/** What trades go by that name no source. */
const NO_SOURCE = '';

/** Where trades enter: each counts once, in its candle and fund flow, and is published; after a takeover none is missing. */
export class TradeIntake {
  readonly #options: TradeIntakeOptions;
  readonly #sides = new TradeSides();
  readonly #idPrefix: string;
  #count = 0;
  /** of symbols of which a trade is being corrected: those that are taken meanwhile */
  readonly #arriving = new Map<string, TradeState[]>();
  /** one correction after the other */
  #correcting: Promise<unknown> = Promise.resolve();
  /** of symbols of which trades were lost: bars that begin before are incomplete; epoch ms */
  readonly #incompleteUntil = new Map<string, number>();

  constructor(options: TradeIntakeOptions) {
    this.#options = options;
    this.#idPrefix = `${options.writer.slice(0, 8)}-${Date.now().toString(36)}-`;
  }

  /** @returns undefined: its source has sent it before */
  take(report: TradeReport, now: number): TakenTrade | undefined {
    const { clocks, bars, candles, publish } = this.#options;
    const { symbol, price, source = null, sourceSequence = null, publisher, id = this.#newId() } = report;
    const event = clocks.judge(symbol, report.exchangeTime, now, report.exchangeNanos);
    const scope = this.#scopeOf(symbol, source, event.time);
    if (sourceSequence !== null && !bars.seen.add(scope, sourceSequence, now)) return undefined;
    const size = new Big(report.size);
    // money changes hands at a negative price, too
    const turnover = report.turnover == null ? size.times(price).abs() : new Big(report.turnover);
    const trade: TradeState = {
      id,
      symbol,
      price,
      size: report.size,
      turnover: report.turnover ?? turnover.toFixed(),
      side: this.#sides.decide(symbol, price, report.side, event),
      source,
      sourceSequence,
      exchangeTime: event.exchangeTime,
      ...(event.nanos > 0 && { exchangeNanos: event.nanos }),
      receivedAt: now,
      ...(event.exchangeTime === null && event.time !== now && { countsAt: event.time }),
      ...(publisher !== undefined && publisher !== source && { publisher }),
    };
    const onRefused = sourceSequence === null ? undefined : () => bars.seen.remove(scope, sourceSequence);
    const published = publish(tradeTopic(symbol), trade, onRefused);
    candles.note(symbol, published);
    this.#arriving.get(symbol)?.push(trade);
    this.#record(trade, event, published, size, turnover);
    return { trade, event, published };
  }

  /**
   * Resolves when each of these duplicates is numbered.
   * @returns false: the bus refused one of them, which may be sent again
   */
  async areNumbered(duplicates: readonly TradeReport[], now: number): Promise<boolean> {
    const { bars, candles, clocks } = this.#options;
    for (const symbol of new Set(duplicates.map((one) => one.symbol))) await candles.settled(symbol);
    return duplicates.every(({ symbol, source = null, sourceSequence, exchangeTime, exchangeNanos }) => {
      const { time } = clocks.judge(symbol, exchangeTime, now, exchangeNanos);
      return sourceSequence == null || bars.seen.has(this.#scopeOf(symbol, source, time), sourceSequence);
    });
  }

  /**
   * Corrects a trade that was sent before: its minute, its day, fund flow, and whoever subscribes.
   * @returns the trade as it counted before, and the correction as it was published; undefined: the bus refused it
   * @throws TickroomError INVALID_INPUT, CONFLICT, PERMISSION_DENIED, see `tradeToCorrect`; SERVICE_UNAVAILABLE when the bus
   *   cannot be read
   */
  correct(report: TradeCorrectionReport, now: number): Promise<Corrected> {
    const corrected = this.#correcting.then(() => this.#correct(report, now));
    this.#correcting = corrected.catch(() => {});
    return corrected;
  }

  async #correct(report: TradeCorrectionReport, now: number): Promise<Corrected> {
    const { bus, candles, publish } = this.#options;
    const { symbol, kind, by } = report;
    const topic = tradeTopic(symbol);
    const { events } = await bus.history(topic);
    const before = tradeToCorrect(report, events);
    if (by !== undefined && by !== (before.publisher ?? before.source)) throw notYours(report);
    const price = report.price ?? before.price;
    const size = report.size ?? before.size;
    const isSame = report.price == null && report.size == null;
    const turnover =
      report.turnover ?? (isSame ? before.turnover : new Big(size).times(price).abs().toFixed());
    const correction = { kind, of: before.correction?.of ?? before.id ?? null };
    const side = report.side ?? before.side;
    const after: TradeState = {
      ...before,
      id: this.#newId(),
      price,
      size,
      turnover,
      side,
      receivedAt: now,
      correction,
    };
    const told: TradeState =
      kind === 'BUST' ? { ...before, id: after.id ?? '', receivedAt: now, correction } : after;
    // what was published since the history was read is not of this trade, but maybe of its minute
    const publishing = publish(topic, { ...told, exchangeTime: timeOf(before) });
    candles.note(symbol, publishing);
    const published = await publishing;
    if (published) await this.#recorrect(published);
    return { before, published };
  }

  /** Makes the bars of a corrected trade anew. Of trades that are no longer kept nothing can be taken back. */
  async #recorrect(published: BusEvent): Promise<void> {
    const { bus, bars, candles, recorder, calendars } = this.#options;
    const correction = published.payload as TradeState;
    const { symbol } = correction;
    // the bars have trades that the bus has not numbered yet: they must not be lost with the minute that is made anew
    const arriving: TradeState[] = [];
    this.#arriving.set(symbol, arriving);
    await candles.settled(symbol);
    const { events } = await bus.history(tradeTopic(symbol)).finally(() => this.#arriving.delete(symbol));
    const known = new Set(events.map(({ payload }) => (payload as TradeState).id));
    const minute = minuteOf(correction);
    if (minute < keptSince(events)) {
      this.#markIncomplete(symbol);
      return;
    }
    const trades = [...countingTrades(events), ...arriving.filter(({ id }) => !known.has(id))]
      .filter((trade) => minuteOf(trade) === minute)
      .map((trade) =>
        recorder.barTrade({
          ...trade,
          size: new Big(trade.size),
          turnover: new Big(trade.turnover),
          time: timeOf(trade),
          nanos: trade.exchangeNanos ?? 0,
        }),
      );
    const [day, dayEnd] = [calendars.dayStart(symbol, minute), calendars.dayEnd(symbol, minute)];
    correctBars(bars, { symbol, minute, day, dayEnd, trades });
    bars.recorded(symbol, Promise.resolve(published));
  }

  /** Those of trades that are among the last ones published of their symbols. @throws TickroomError SERVICE_UNAVAILABLE */
  async knownOf(trades: readonly TradeState[]): Promise<ReadonlySet<TradeState>> {
    const symbols = [...new Set(trades.map(({ symbol }) => symbol))];
    const histories = await Promise.all(
      symbols.map((symbol) => this.#options.bus.history(tradeTopic(symbol))),
    );
    const ids = new Set(
      histories.flatMap(({ events }) => events.map(({ payload }) => (payload as TradeState).id)),
    );
    return new Set(trades.filter(({ id }) => id !== undefined && ids.has(id)));
  }

  #newId(): string {
    this.#count += 1;
    return this.#idPrefix + this.#count.toString(36);
  }

  /**
   * Counts what was published and not stored by whoever led the market before. Where the bus does not hold all of it,
   * the bars say that they are incomplete.
   * @throws TickroomError SERVICE_UNAVAILABLE when the bus cannot be read
   */
  async recover(symbol: string, now: number): Promise<void> {
    const { bus, bars } = this.#options;
    const { positions, isClosed } = bars.stored;
    const position = positions.get(symbol);
    const topic = tradeTopic(symbol);
    // a build before this one stored no positions: what its bars count is not known, and most likely is all there is
    if (!position && hasBars(bars, symbol)) return;
    const { complete, events } = position
      ? await bus.history(topic, position)
      : { complete: false, events: [] as readonly BusEvent[] };
    if (complete) {
      for (const one of events) await this.#recount(one, now);
      return;
    }
    const kept = (await bus.history(topic)).events.filter((one) => isAfter(one, position));
    const isFromTheFirst = !position && (kept[0]?.sequence ?? 1) === 1;
    const isMissing = kept.length > 0 ? !isFromTheFirst : position !== undefined && !isClosed;
    if (isMissing) this.#markIncomplete(symbol);
    for (const one of kept) await this.#recount(one, now);
    if (!isMissing) return;
    this.#markIncomplete(symbol);
    this.#incompleteUntil.set(symbol, now);
  }

  async #recount(published: BusEvent, now: number): Promise<void> {
    const { clocks, bars } = this.#options;
    const trade = published.payload as TradeState;
    if (trade.correction) return this.#recorrect(published);
    const { symbol, price, source, sourceSequence, side } = trade;
    const judged = clocks.judge(symbol, trade.exchangeTime, trade.receivedAt, trade.exchangeNanos);
    const event = judged.exchangeTime === null ? { ...judged, time: timeOf(trade) } : judged;
    if (sourceSequence != null) bars.seen.add(this.#scopeOf(symbol, source, event.time), sourceSequence, now);
    this.#sides.decide(symbol, price, side, event);
    const [size, turnover] = [new Big(trade.size), new Big(trade.turnover)];
    this.#record(trade, event, Promise.resolve(published), size, turnover);
  }

  #record(
    { symbol, price, side }: TradeState,
    { time, nanos }: EventTime,
    published: Promise<Position | undefined>,
    size: Big,
    turnover: Big,
  ): void {
    const { recorder, bars } = this.#options;
    recorder.record({ symbol, price, size, turnover, side, time, nanos });
    bars.recorded(symbol, published);
    const until = this.#incompleteUntil.get(symbol);
    if (until === undefined) return;
    if (Math.floor(time / MINUTE) * MINUTE <= until) this.#markIncomplete(symbol);
    else this.#incompleteUntil.delete(symbol);
  }

  #scopeOf(symbol: string, source: string | null | undefined, time: number): SequenceScope {
    return { symbol, source: source ?? NO_SOURCE, day: this.#options.calendars.dayStart(symbol, time) };
  }

  /** Trades that were acknowledged until now are lost: bars that begin before are incomplete. */
  noteLost(symbol: string, now: number): void {
    this.#markIncomplete(symbol);
    this.#incompleteUntil.set(symbol, now);
  }

  /** Trades of the newest minute and day may be missing. */
  #markIncomplete(symbol: string): void {
    const { bars } = this.#options;
    for (const length of ['minute', 'day'] as const satisfies BarLength[]) {
      const [newest] = bars.newestFirst(symbol, length);
      if (newest && !newest.incomplete)
        bars.replace(symbol, length, newest.start, { ...copyBar(newest), incomplete: true });
    }
  }
}

const notYours = ({ source, symbol }: TradeCorrectionReport): TickroomError =>
  new TickroomError(
    'PERMISSION_DENIED',
    `Trades of ${source} on ${symbol} were published by another user: only that one, or an ADMIN, may correct them.`,
  );

const hasBars = (bars: TradeBars, symbol: string): boolean => {
  for (const _bar of bars.newestFirst(symbol, 'day')) return true;
  return false;
};

/** Events of another numbering came after it: whoever numbered anew has stored nothing since, or its position were stored. */
const isAfter = (event: BusEvent, position: Position | undefined): boolean =>
  !position || event.epoch !== position.epoch || event.sequence > position.sequence;
