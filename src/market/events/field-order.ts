import type { EventTime } from './event-time.ts';

/** Where a report stands among those that may set the same field. */
export interface Stamp {
  /** epoch ms and nanoseconds beyond; null: unknown, the order of arrival counts */
  readonly time: number | null;
  readonly nanos: number;
  /** of a source whose clock runs ahead of ours: compared with others of that clock only */
  readonly isAhead: boolean;
  /** the source's own number; null: it has none */
  readonly sequence: string | null;
  /** which numbering that is: those of trades and of quotes of one source have nothing to do with each other */
  readonly numbering: string;
}

export function stampOf(
  { exchangeTime, nanos, isAhead }: EventTime,
  sequence: string | null | undefined,
  numbering: string,
): Stamp {
  return { time: exchangeTime, nanos, isAhead, sequence: sequence ?? null, numbering };
}

/** The newest stamp of one field, by each clock that set it. */
export interface FieldStamp {
  /** by clocks that are not ahead */
  readonly behind: Stamp | undefined;
  /** by clocks that are ahead */
  readonly ahead: Stamp | undefined;
}

/**
 * Whether a report is older than the one that set a field, which is the one rule for order: by time, then by the
 * source's sequence, then by arrival. Reports without a time, and those of two clocks of which one runs ahead, cannot
 * be compared by it and count in the order in which they came.
 */
export function isOlder(stamp: Stamp, field: FieldStamp | undefined): boolean {
  const newest = stamp.isAhead ? field?.ahead : field?.behind;
  if (stamp.time === null || !newest || newest.time === null) return false;
  if (stamp.time !== newest.time) return stamp.time < newest.time;
  if (stamp.nanos !== newest.nanos) return stamp.nanos < newest.nanos;
  if (stamp.sequence === null || newest.sequence === null || stamp.numbering !== newest.numbering)
    return false;
  return compareSequences(stamp.sequence, newest.sequence) < 0;
}

/** What is known of a field after a report set it: what has no time leaves the newest known time as it was. */
export function advance(stamp: Stamp, field: FieldStamp | undefined): FieldStamp {
  if (stamp.time === null) return field ?? NOTHING;
  return stamp.isAhead ? { behind: field?.behind, ahead: stamp } : { behind: stamp, ahead: field?.ahead };
}

const NOTHING: FieldStamp = { behind: undefined, ahead: undefined };

const NUMBER = /^[0-9]+$/;

/** Orders two sequences of one source: numbers of any length by value; of other text nothing is known. */
export function compareSequences(a: string, b: string): number {
  if (!NUMBER.test(a) || !NUMBER.test(b)) return 0;
  const x = a.replace(/^0+(?=.)/, '');
  const y = b.replace(/^0+(?=.)/, '');
  return x.length - y.length || (x < y ? -1 : Number(x > y));
}
