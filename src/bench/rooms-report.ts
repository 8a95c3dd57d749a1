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
  const { unheard, joinMs } = room;
  // what an event costs before anybody receives it is not delivering
  const delivering = (kind: 'message' | 'quote'): number =>
    room[kind].cpuMicrosPerDelivery - unheard[kind] / room.members;
  return [
    `One room with ${number(room.members)} members, each connected; ${machine()}.`,
    '',
    table(
      [
        '',
        'CPU ms to take and store it',
        'CPU µs/delivery, all included',
        'delivering alone',
        'p50 / p99 ms',
      ],
      (['message', 'quote'] as const).map((kind) => [
        kind === 'message' ? 'a room message' : 'a quote, to the same connections',
        number(unheard[kind] / 1000),
        number(room[kind].cpuMicrosPerDelivery, 2),
        number(delivering(kind), 2),
        `${number(room[kind].p50Ms)} / ${number(room[kind].p99Ms)}`,
      ]),
    ),
    '',
    targetTable([
      {
        what: 'CPU of delivering: message / quote',
        most: 1,
        measured: delivering('message') / delivering('quote'),
      },
      { what: `messages/s from ${senders} senders, PGlite`, least: 500, measured: sent.pglite },
      { what: `messages/s from ${senders} senders, PostgreSQL`, least: 1500, measured: sent.postgres },
      { what: 'time of a join: last tenth / first tenth', most: 1.5, measured: joinMs.last / joinMs.first },
    ]),
  ].join('\n');
}
