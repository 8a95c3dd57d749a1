import { performance } from 'node:perf_hooks';

/** A timer that is so late was held up with its whole process: paused with its machine, or busy. */
const STALL_MS = 250;
/** How long an answer that may be there already then has to be read. */
const GRACE_MS = 500;

/**
 * Calls back after a time, unless the returned function is called before. After a pause of the process timers are due
 * before anything is read from a socket: then what has been answered meanwhile gets the time to be read first, so that a
 * paused process does not take its peers for ones that do not answer.
 */
export function patientTimeout(onDue: () => void, ms: number): () => void {
  let dueAt = performance.now() + ms;
  let timer = setTimeout(look, ms);
  function look(): void {
    const now = performance.now();
    if (now - dueAt < STALL_MS) {
      onDue();
      return;
    }
    dueAt = now + GRACE_MS;
    timer = setTimeout(look, GRACE_MS);
  }
  return () => clearTimeout(timer);
}
