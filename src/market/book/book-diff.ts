import { compareDecimals } from '../events/decimal.ts';
import type { BookLevel } from '../events/market-event.ts';
import type { BookLevels } from './order-book.ts';

/**
 * The changes that turn one window of a book into another: sizes are absolute, `0` removes. Removals come first, so
 * that a price written anew (`1.0`, then `1.00`) is right for clients that compare texts and for those that compare values.
 */
export function diffBooks(before: BookLevels, after: BookLevels): BookLevels {
  return { bids: diffSide(before.bids, after.bids, -1), asks: diffSide(before.asks, after.asks, 1) };
}

/** Consecutive changes as one: the last word on each level. */
export function mergeChanges(changes: readonly BookLevels[]): BookLevels {
  return {
    bids: mergeSide(changes.map(({ bids }) => bids)),
    asks: mergeSide(changes.map(({ asks }) => asks)),
  };
}

/** Levels of both sides together. */
export function countLevels({ bids, asks }: BookLevels): number {
  return bids.length + asks.length;
}

function diffSide(before: readonly BookLevel[], after: readonly BookLevel[], direction: 1 | -1): BookLevel[] {
  const removed: BookLevel[] = [];
  const set: BookLevel[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const old = before[i];
    const now = after[j];
    if (old === now) {
      if (!old) break;
      i += 1;
      j += 1;
      continue;
    }
    const order = !old ? 1 : !now ? -1 : compareDecimals(old.price, now.price) * direction;
    if (order <= 0) i += 1;
    if (order >= 0) j += 1;
    if (old && (order < 0 || (order === 0 && old.price !== now?.price))) removed.push(without(old));
    if (now && (order > 0 || (order === 0 && !sameLevel(old, now)))) set.push(now);
  }
  return removed.length === 0 ? set : removed.concat(set);
}

function mergeSide(changes: readonly (readonly BookLevel[])[]): BookLevel[] {
  const last = new Map<string, BookLevel>();
  for (const levels of changes) for (const level of levels) last.set(level.price, level);
  const merged = [...last.values()];
  return [...merged.filter(isRemoval), ...merged.filter((level) => !isRemoval(level))];
}

// a book holds no level of size zero, so this text is always ours
const isRemoval = (level: BookLevel): boolean => level.size === '0';

const without = ({ price }: BookLevel): BookLevel => ({ price, size: '0' });

function sameLevel(old: BookLevel | undefined, now: BookLevel): boolean {
  return (
    old !== undefined &&
    old.price === now.price &&
    old.size === now.size &&
    (old.orderCount ?? null) === (now.orderCount ?? null)
  );
}
