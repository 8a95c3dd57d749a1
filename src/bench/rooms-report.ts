import { machine, number, table, targetTable } from './report.ts';
import type { RoomsFigures } from './rooms-bench.ts';

export interface RoomsReport {
  readonly senders: number;
  readonly room: RoomsFigures;
  /** messages a second */
  readonly sent: { readonly pglite: number; readonly postgres: number };
}

/** The whole report as Markdown. */
export function roomsReport({ senders, room, sent }: RoomsReport): string {
  const { message, quote, joinMs } = room;
  return [
    `One room with ${number(room.members)} members, each connected; ${machine()}.`,
    '',
    table(
      ['what is delivered', 'CPU µs/delivery', 'p50 / p99 ms'],
      [
        { what: 'a room message, stored first', ...message },
        { what: 'a quote, to the same connections', ...quote },
      ].map(({ what, cpuMicrosPerDelivery, p50Ms, p99Ms }) => [
        what,
        number(cpuMicrosPerDelivery),
        `${number(p50Ms)} / ${number(p99Ms)}`,
      ]),
    ),
    '',
    targetTable([
      {
        what: 'CPU per delivery: message / quote',
        most: 1,
        measured: message.cpuMicrosPerDelivery / quote.cpuMicrosPerDelivery,
      },
      { what: `messages/s from ${senders} senders, PGlite`, least: 500, measured: sent.pglite },
      { what: `messages/s from ${senders} senders, PostgreSQL`, least: 1500, measured: sent.postgres },
      { what: 'time of a join: last tenth / first tenth', most: 1.5, measured: joinMs.last / joinMs.first },
    ]),
  ].join('\n');
}
