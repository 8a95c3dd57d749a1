/** The first so many items, or all; no more are read than are taken. */
export function* take<T>(most: number, all: Iterable<T>): Generator<T> {
  let left = most;
  if (left <= 0) return;
  for (const one of all) {
    yield one;
    left -= 1;
    if (left <= 0) return;
  }
}
