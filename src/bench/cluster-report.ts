import type { Across } from './cluster-bench.ts';
import type { Delivered } from './delivery-bench.ts';
import type { Ingest } from './ingest-bench.ts';
import { machine, number, table, targetTable } from './report.ts';
import type { Resuming, Return } from './resuming-bench.ts';

export interface ClusterReport {
  /** at each instance */
  readonly subscribers: number;
  readonly cores: number;
  readonly across: Across;
  readonly ingest: Ingest;
  readonly workers: { readonly one: Delivered; readonly two: Delivered };
  readonly resuming: Resuming;
}

/** The whole report as Markdown. */
export function clusterReport(report: ClusterReport): string {
  const { subscribers, cores, across, ingest, workers, resuming } = report;
  const row = (
    what: string,
    { p50Ms, p99Ms, cpuMicrosPerDelivery, deliveriesPerSecond }: Delivered,
  ): string[] => [
    what,
    `${number(p50Ms, 1)} / ${number(p99Ms, 1)}`,
    number(cpuMicrosPerDelivery, 2),
    number(deliveriesPerSecond),
  ];
  const returned = (what: string, back: Return): string[] => [
    what,
    number(back.connectsPerSecond),
    number(back.resumesPerSecond),
    number(back.clientsPerSecond),
    number(back.cpuMicrosPerClient),
  ];
  const gain = workers.two.deliveriesPerSecond / workers.one.deliveriesPerSecond;
  const perDelivery = workers.two.cpuMicrosPerDelivery / workers.one.cpuMicrosPerDelivery;
  return [
    `Over one Redis; clients, instances, Redis and PostgreSQL share ${machine()}.`,
    '',
    table(
      ['', 'p50 / p99 ms', 'CPU µs/delivery', 'deliveries/s'],
      [
        row(`published here, ${subscribers} subscribers here`, across.here),
        row(`published there, ${subscribers} subscribers here`, across.there),
        row('flat out, one process', workers.one),
        row('flat out, two processes on one port', workers.two),
      ],
    ),
    '',
    `${across.eventsPerSecond} events/s over ${across.symbols} symbols, each watched by ${subscribers / across.symbols} subscribers at each of two instances. Ingest takes ${number(ingest.cpuMicrosPerEvent, 1)} µs of the process's CPU an event.`,
    `Two processes deliver ${number(gain, 2)} × what one does, at ${number(perDelivery, 2)} × the CPU a delivery.${cores < 4 ? ` They need cores of their own to be faster; here ${cores} are for everything.` : ''}`,
    `${number(resuming.clients)} clients whose connections were cut come back to the other instance, under the ids they had:`,
    '',
    table(
      [
        '',
        'connect and sign in, clients/s',
        'get what they missed, clients/s',
        'both, clients/s',
        'CPU µs/client',
      ],
      [
        returned('to an instance that has served for a while', resuming.warm),
        returned('to one that has just started', resuming.first),
      ],
    ),
    '',
    targetTable([
      { what: 'p99 from one instance to another, ms', most: 30, measured: across.there.p99Ms },
      { what: 'events/s through Redis, one process', least: 20_000, measured: ingest.eventsPerSecond },
      { what: 'deliveries/s: two processes / one', least: 1.6, measured: cores < 4 ? undefined : gain },
      {
        what: `clients that come back and go on, each second, of ${number(resuming.clients)}`,
        least: 2000,
        measured: resuming.warm.clientsPerSecond,
      },
    ]),
  ].join('\n');
}
