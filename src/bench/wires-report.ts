import { machine, number, type Target, table, targetTable } from './report.ts';
import type { WiresFigures } from './wires-bench.ts';

/** The whole report as Markdown. */
export function wiresReport(figures: WiresFigures, subscribers: number): string {
  const rows = Object.entries(figures).map(([name, { single, batched }]) => [
    name,
    number(single.cpuMicrosPerDelivery, 2),
    number(batched.cpuMicrosPerDelivery, 2),
    number(batched.deliveriesPerSecond, 0),
  ]);
  const head = [
    'wire',
    'CPU µs/delivery, one write an event',
    'several events share a write',
    'deliveries/s then',
  ];
  return [
    `${number(subscribers)} subscribers of a 4-field quote (of a book of one level on the old order-book wire), 25 symbols each; ${machine()}. No event is dropped or merged. While the server is idle an event waits for the end of its turn of the loop; under load at most 20 ms.`,
    '',
    table(head, rows),
    '',
    targetTable(targets(figures)),
  ].join('\n');
}

function targets(figures: WiresFigures): Target[] {
  const cpu = (wire: string, kind: 'single' | 'batched'): number | undefined =>
    figures[wire]?.[kind].cpuMicrosPerDelivery;
  const ratio = (wire: string, other: string, kind: 'single' | 'batched'): number | undefined => {
    const [a, b] = [cpu(wire, kind), cpu(other, kind)];
    return a === undefined || b === undefined ? undefined : a / b;
  };
  return [
    { what: 'event stream / WebSocket', most: 1.5, measured: ratio('event stream', 'WebSocket', 'single') },
    { what: 'multipart / WebSocket', most: 1.5, measured: ratio('multipart', 'WebSocket', 'single') },
    {
      what: 'old order book / WebSocket',
      most: 1.1,
      measured: ratio('old order book', 'WebSocket', 'single'),
    },
    {
      what: 'Socket.IO / plain socket.io, one write an event',
      most: 0.8,
      measured: ratio('Socket.IO', 'plain socket.io', 'single'),
    },
    {
      what: 'Socket.IO / plain socket.io, several events share a write',
      most: 0.25,
      measured: ratio('Socket.IO', 'plain socket.io', 'batched'),
    },
  ];
}
