/** How pauses between attempts grow. */
export interface BackoffOptions {
  /** The pause after the first failure, in ms. */
  readonly firstMs: number;
  /** The pause does not grow beyond this, in ms. */
  readonly maxMs: number;
}

/** A duration, at random up to a quarter shorter or longer, so that many who failed together do not return together. */
export const jittered = (ms: number): number => ms * (0.75 + Math.random() / 2);

/**
 * The pause before the next attempt: it doubles with each failure in a row up to a maximum, with jitter.
 * @param failures in a row, at least 1
 * @returns ms
 */
export const backoffMs = (failures: number, { firstMs, maxMs }: BackoffOptions): number =>
  jittered(Math.min(firstMs * 2 ** Math.min(failures - 1, 30), maxMs));
