/** How pauses between attempts grow. */
export interface BackoffOptions {
  /** The pause after the first failure, in ms. */
  readonly firstMs: number;
  /** The pause does not grow beyond this, in ms. */
  readonly maxMs: number;
}

/** A range of durations, in ms. */
export interface Spread {
  readonly least: number;
  readonly most: number;
}

/** A duration within a range, at random. */
export const randomIn = ({ least, most }: Spread): number => least + Math.random() * (most - least);

/** A duration, at random up to a quarter shorter or longer, so that many who failed together do not return together. */
export const jittered = (ms: number): number => randomIn({ least: ms * 0.75, most: ms * 1.25 });

/**
 * The pause before the next attempt: it doubles with each failure in a row up to a maximum, with jitter.
 * @param failures in a row, at least 1
 * @returns ms
 */
export const backoffMs = (failures: number, { firstMs, maxMs }: BackoffOptions): number =>
  jittered(Math.min(firstMs * 2 ** Math.min(failures - 1, 30), maxMs));
