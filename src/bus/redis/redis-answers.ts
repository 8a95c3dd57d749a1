import type { Command, Redis } from 'ioredis';
import { backoffMs } from '../../primitives/backoff.ts';
import { patientTimeout } from './patient-timeout.ts';

const RETRY = { firstMs: 50, maxMs: 1000 };
/** A Redis that does not answer for so long is taken for one that is away. */
export const ANSWER_MS = 2000;
/** A start waits so long for Redis, and goes on without it. */
const CONNECT_MS = 3000;

/** The pause before ioredis connects again. @param attempt from 1 */
export const retryStrategy = (attempt: number): number => backoffMs(attempt, RETRY);

/** Waits for a connection, but not for ever. */
export async function inTime(connected: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CONNECT_MS);
  });
  await Promise.race([connected, late]);
  clearTimeout(timer);
}

/** Fails a command that is not answered in time, see `patientTimeout`; ioredis' own timer knows no pause. */
export function expectAnswer(command: Pick<Command, 'promise' | 'reject'>): void {
  const stop = patientTimeout(() => command.reject(new Error('Command timed out')), ANSWER_MS);
  command.promise.then(stop, stop);
}

/** A connection that the peer has forgotten looks open for minutes: one that does not answer is made anew. */
export async function answered(client: Redis): Promise<void> {
  let stop = (): void => {};
  const late = new Promise<never>((_, reject) => {
    stop = patientTimeout(() => {
      client.disconnect(true);
      reject(new Error('Redis does not answer the subscribed connection.'));
    }, ANSWER_MS);
  });
  try {
    await Promise.race([client.ping(), late]);
  } finally {
    stop();
  }
}
