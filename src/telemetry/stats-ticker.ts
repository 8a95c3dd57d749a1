import { randomUUID } from 'node:crypto';
import type { BusEvent } from '../bus/bus.ts';
import type { StatsSnapshot } from './stats.ts';

/** The topic of stats every so many seconds. It is local: no bus carries it. */
export const statsTopic = (seconds: number): string => `stats:${seconds}`;

/**
 * Opens a stats topic: the figures at once, then every so many seconds until closed.
 * @param topic as `statsTopic` names it
 */
export function openStatsTopic(
  topic: string,
  read: () => StatsSnapshot,
  onEvent: (event: BusEvent) => void,
): { latest: BusEvent; close(): void } {
  const seconds = Number(topic.slice(topic.indexOf(':') + 1));
  const epoch = randomUUID();
  let sequence = 0;
  const tick = (): BusEvent => {
    sequence += 1;
    return { topic, epoch, sequence, payload: read() };
  };
  const timer = setInterval(() => onEvent(tick()), seconds * 1000);
  return { latest: tick(), close: () => clearInterval(timer) };
}
