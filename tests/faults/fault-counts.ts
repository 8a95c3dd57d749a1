import type { Fault } from './chaos.ts';

interface Count {
  times: number;
  seconds: number;
  connections: number;
}

/** How much of each fault there was. */
export class FaultCounts {
  readonly #counts = new Map<Fault, Count>();

  /** @param connections that it was about */
  add(fault: Fault, ms = 0, connections = 0): void {
    const count = this.#counts.get(fault) ?? { times: 0, seconds: 0, connections: 0 };
    count.times += 1;
    count.seconds += ms / 1000;
    count.connections += connections;
    this.#counts.set(fault, count);
  }

  times(fault: Fault): number {
    return this.#counts.get(fault)?.times ?? 0;
  }

  toJSON(): Record<string, string> {
    const lines = [...this.#counts].map(([fault, { times, seconds, connections }]): [string, string] => [
      fault,
      [
        `${times} times`,
        ...(seconds > 0 ? [`${seconds.toFixed(1)} s`] : []),
        ...(connections > 0 ? [`${connections} connections`] : []),
      ].join(', '),
    ]);
    return Object.fromEntries(lines.sort(([a], [b]) => a.localeCompare(b)));
  }
}
