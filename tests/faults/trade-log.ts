import type { Extensions } from './clients.ts';
import { Told } from './told.ts';

export interface TradeFrame {
  readonly id: string;
  readonly symbol: string;
  readonly sequence: number;
  readonly sourceSequence: string;
  /** says which numbering `sequence` is of */
  readonly cursor: string;
}

/** As the subscription `notices` has it. */
export interface NoticeFrame {
  readonly id: string;
  readonly kind: string;
  readonly topic: string | null;
  readonly from: number | null;
  readonly to: number | null;
  readonly reason: string | null;
  readonly recovered: boolean | null;
}

/** A reader was told that events are missing. */
interface Warning {
  /** null: any */
  readonly symbol: string | null;
  /** how many; null: not known */
  readonly missing: number | null;
  /** ms of `performance.now()` */
  readonly at: number;
}

interface Received {
  readonly id: string;
  readonly epoch: string;
  readonly sequence: number;
}

interface Hole {
  readonly symbol: string;
  readonly after: number;
  readonly before: number;
  /** when the trades around it came */
  readonly since: number;
  readonly until: number;
  readonly where: string;
}

/** A notice comes on another subscription than its trade. */
const SLACK_MS = 5000;
const TRACE_LENGTH = 40;

/**
 * What one reader received of trades: after removing repeats, each one must be there once and in order, or a
 * gap was told where it is missing.
 */
export class TradeLog {
  readonly name: string;
  readonly told = new Told();
  repeated = 0;
  /** of those, trades that came again under the numbering that continues the one they had come in */
  renumbered = 0;
  /**
   * of those, trades whose first publication was never acknowledged, and which its publisher sent again after their leader and the
   * memory of Redis were gone
   */
  publishedAnew = 0;
  /** trades of a leader that was cut off, which the next one published after newer ones, as the README says */
  late = 0;
  /** trades that the reader was told it misses */
  missed = 0;
  readonly #problems: string[] = [];
  /** what came, of all symbols, as lines for whoever looks into a problem */
  readonly #trace: string[] = [];
  readonly #warnings: Warning[] = [];
  readonly #holes: Hole[] = [];
  /** trades that came after newer ones of their numbering */
  readonly #reordered: { readonly symbol: string; readonly number: number; readonly text: string }[] = [];
  readonly #last = new Map<string, { number: number; sequence: number; at: number }>();
  /** by number, by symbol */
  readonly #received = new Map<string, Map<number, Received>>();

  constructor(name: string) {
    this.name = name;
  }

  /** The number of the newest trade of a symbol; 0: none came. */
  last(symbol: string): number {
    return this.#last.get(symbol)?.number ?? 0;
  }

  problem(text: string): void {
    const trace = this.#problems.length < 3 ? this.#trace.slice(-TRACE_LENGTH) : [];
    this.#problems.push([`${this.name}: ${text}`, ...trace].join('\n  '));
  }

  receive({ id, symbol, sequence, sourceSequence, cursor }: TradeFrame, { resume, gap }: Extensions): void {
    const at = performance.now();
    const [, , epoch = ''] = Buffer.from(cursor, 'base64url').toString().split('/');
    this.#note(
      at,
      `${symbol} ${sourceSequence} as ${epoch.slice(0, 4)}/${sequence}`,
      resume && JSON.stringify(resume),
      gap && JSON.stringify(gap),
    );
    if (resume) this.told.add(resume.reason ?? 'recovered');
    if (gap) this.told.add(gap.reason);
    if (resume && !resume.recovered) this.#warnings.push({ symbol: null, missing: null, at });
    if (gap) this.#warnings.push({ symbol: symbolOf(gap.topic), missing: gap.to - gap.from + 1, at });
    const number = Number(sourceSequence);
    let received = this.#received.get(symbol);
    if (!received) {
      received = new Map();
      this.#received.set(symbol, received);
    }
    const known = received.get(number);
    const last = this.#last.get(symbol);
    if (known) {
      this.repeated += 1;
      // across numberings a trade is known by its id
      if (known.epoch !== epoch) {
        if (known.id === id) this.renumbered += 1;
        else this.publishedAnew += 1;
      } else if (known.id !== id || known.sequence !== sequence) {
        this.problem(
          `${symbol} ${number} came as ${known.sequence} with the id ${known.id}, and as ${sequence} with ${id}`,
        );
      }
      return;
    }
    received.set(number, { id, epoch, sequence });
    if (last && number < last.number) {
      this.late += 1;
      const before = received.get(last.number);
      if (before?.epoch === epoch && sequence < before.sequence) {
        const text = `${symbol} ${number} came as ${sequence} after ${last.sequence}`;
        this.#reordered.push({ symbol, number, text });
      }
      return;
    }
    if (last && number > last.number + 1) {
      const where = this.#trace.slice(-TRACE_LENGTH).join('\n  ');
      this.#holes.push({ symbol, after: last.number, before: number, since: last.at, until: at, where });
    }
    this.#last.set(symbol, { number, sequence, at });
  }

  receiveNotice(notice: NoticeFrame): void {
    const { kind, topic, from, to, reason, recovered } = notice;
    const at = performance.now();
    this.#note(at, JSON.stringify(notice));
    this.told.add(`notice ${reason ?? (recovered === null ? kind : 'recovered')}`);
    if (kind === 'GAP') {
      const missing = from === null || to === null ? null : to - from + 1;
      this.#warnings.push({ symbol: topic === null ? null : symbolOf(topic), missing, at });
    } else if (recovered === false) this.#warnings.push({ symbol: null, missing: null, at });
  }

  /** Everything that is wrong. */
  problems(): readonly string[] {
    const silent = this.#holes.filter((hole) => !this.#isTold(hole));
    const told = this.#holes.filter((hole) => !silent.includes(hole));
    this.missed = told.reduce((sum, { after, before }) => sum + before - after - 1, 0);
    // a client that comes back goes on from what it confirmed, which may be before a gap that it was told of
    const reordered = this.#reordered.filter(
      ({ symbol, number }) =>
        !told.some((hole) => hole.symbol === symbol && hole.after < number && number < hole.before),
    );
    return [
      ...this.#problems,
      ...reordered.map(({ text }) => `${this.name}: ${text}`),
      ...silent.map(
        ({ symbol, after, before, where }) =>
          `${this.name}: ${symbol} ${after + 1} to ${before - 1} are missing, and nothing was told\n  ${where}`,
      ),
    ];
  }

  #note(at: number, ...what: (string | undefined)[]): void {
    this.#trace.push(`${(at / 1000).toFixed(2)} ${what.filter(Boolean).join(' ')}`);
    if (this.#trace.length > 2 * TRACE_LENGTH) this.#trace.splice(0, TRACE_LENGTH);
  }

  #isTold({ symbol, after, before, since, until }: Hole): boolean {
    const missing = before - after - 1;
    return this.#warnings.some(
      (warning) =>
        (warning.symbol === null || warning.symbol === symbol) &&
        (warning.missing === null || warning.missing >= missing) &&
        warning.at >= since - SLACK_MS &&
        warning.at <= until + SLACK_MS,
    );
  }
}

const symbolOf = (topic: string): string => topic.replace(/^trade:/, '');
