import type { ClientPool } from './client-pool.ts';
import { percentile } from './percentiles.ts';
import { familyCpuMicros } from './proc-usage.ts';
import type { Publisher } from './publisher.ts';
import type { ServerProcess } from './server-process.ts';

export interface Delivered {
  /** CPU of the server, user and kernel, per message that a client received */
  readonly cpuMicrosPerDelivery: number;
  readonly deliveriesPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface MeasuredRun {
  readonly server: ServerProcess;
  readonly pool: Pick<ClientPool, 'received' | 'reset' | 'reaches' | 'latencies'>;
  /** messages that one event leads to */
  readonly receivers: number;
  readonly seconds: number;
}

export interface DeliveryRun extends MeasuredRun {
  readonly publisher: Publisher;
  /** the symbols of the n-th event */
  readonly symbolOf: (event: number) => string;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** Events in one mutation, and events that may be under way to somebody, flat out: the same for every server. */
const BATCH = 25;
const WINDOW = 200;

/** The round with the median CPU per delivery. */
export function medianOf(rounds: readonly Delivered[]): Delivered {
  const sorted = [...rounds].sort((a, b) => a.cpuMicrosPerDelivery - b.cpuMicrosPerDelivery);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (!middle) throw new Error('Nothing was measured.');
  return middle;
}

/** Publishes so many events a second. */
export async function atRate(run: DeliveryRun, perSecond: number): Promise<Delivered> {
  return measure(run, async (deadline) => {
    const startedAt = performance.now();
    let events = 0;
    while (performance.now() < deadline) {
      run.publisher.publish([run.symbolOf(events)]);
      events += 1;
      await sleep(Math.max(0, startedAt + (events * 1000) / perSecond - performance.now()));
    }
    return events;
  });
}

/** Publishes as fast as every subscriber receives. */
export async function flatOut(run: DeliveryRun): Promise<Delivered> {
  return measure(run, async (deadline) => {
    let events = 0;
    while (performance.now() < deadline) {
      run.publisher.publish(Array.from({ length: BATCH }, (_, i) => run.symbolOf(events + i)));
      events += BATCH;
      if (!(await run.pool.reaches((events - WINDOW) * run.receivers, 10_000))) break;
    }
    return events;
  });
}

/** @param publish until the deadline, in ms of `performance.now()`; answers how many events */
export async function measure(
  run: MeasuredRun,
  publish: (deadline: number) => Promise<number>,
): Promise<Delivered> {
  const { server, pool, receivers, seconds } = run;
  await publish(performance.now() + 1000);
  await sleep(500);
  await pool.reset();
  const cpu = familyCpuMicros(server.pid);
  const startedAt = performance.now();
  const events = await publish(startedAt + seconds * 1000);
  await pool.reaches(events * receivers, 5000);
  const elapsed = (performance.now() - startedAt) / 1000;
  const used = familyCpuMicros(server.pid) - cpu;
  const latencies = await pool.latencies();
  return {
    cpuMicrosPerDelivery: used / pool.received,
    deliveriesPerSecond: pool.received / elapsed,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
}
