import { cpus, totalmem } from 'node:os';
import type { Delivered } from './delivery-bench.ts';
import type { PausedFigures, ServerFigures } from './fanout-bench.ts';
import type { ServerName } from './server-process.ts';
import type { SignIns } from './sign-in-bench.ts';

export interface FanoutFigures {
  readonly subscribers: number;
  readonly many: number;
  readonly servers: Partial<Record<ServerName, ServerFigures>>;
  readonly watchlists?: { readonly shared: Delivered; readonly different: Delivered };
  readonly signIns?: SignIns;
  readonly connections?: { readonly bytesPerConnection: number; readonly subscribesPerSecond: number };
  readonly paused?: {
    readonly none: PausedFigures;
    readonly one: PausedFigures;
    readonly ten: PausedFigures;
  };
}

export const machine = (): string =>
  `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${process.platform}`;

export const number = (value: number, digits = 1): string =>
  Number.isFinite(value) ? value.toLocaleString('en-US', { maximumFractionDigits: digits }) : '–';

/** A Markdown table with columns padded for reading as text. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, i) => (cells[i] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join(
    '\n',
  );
}

const TITLES: Readonly<Record<ServerName, string>> = {
  tickroom: 'Tickroom',
  yoga: `Yoga + graphql-ws + ${process.env.REDIS_URL ? 'graphql-redis-subscriptions' : 'in-process PubSub'}`,
  ws: 'bare `ws`, send in a loop',
  socketio: 'plain `socket.io`, emit to a room',
};

function serverRows({ servers }: FanoutFigures): string[][] {
  const ours = servers.tickroom;
  return (Object.keys(servers) as ServerName[]).flatMap((name) => {
    const figures = servers[name];
    if (!figures) return [];
    const ratio = ours
      ? ` (${number(figures.flatOut.cpuMicrosPerDelivery / ours.flatOut.cpuMicrosPerDelivery)}×)`
      : '';
    return [
      [
        TITLES[name],
        number(figures.at20.cpuMicrosPerDelivery),
        `${number(figures.flatOut.cpuMicrosPerDelivery, 2)}${ratio}`,
        number(figures.flatOut.deliveriesPerSecond, 0),
        `${number(figures.at20.p50Ms)} / ${number(figures.at20.p99Ms)}`,
        number(figures.bytesPerConnection / 1024),
      ],
    ];
  });
}

export interface Target {
  readonly what: string;
  readonly most?: number;
  readonly least?: number;
  readonly measured: number | undefined;
}

/** What was wanted beside what was measured. */
export function targetTable(targets: readonly Target[]): string {
  const rows = targets.flatMap(({ what, most, least, measured }) => {
    if (measured === undefined) return [];
    const met = (most === undefined || measured <= most) && (least === undefined || measured >= least);
    const bound = most === undefined ? `≥ ${number(least ?? 0, 2)}` : `≤ ${number(most, 2)}`;
    return [[what, bound, number(measured, 2), met ? 'yes' : 'NO']];
  });
  return table(['target', 'bound', 'measured', 'met'], rows);
}

function targets({ servers, watchlists, connections, paused, many, signIns }: FanoutFigures): Target[] {
  const { tickroom, yoga, ws } = servers;
  const flat = (figures: ServerFigures | undefined): number | undefined =>
    figures?.flatOut.cpuMicrosPerDelivery;
  const ratio = (a: number | undefined, b: number | undefined): number | undefined =>
    a === undefined || b === undefined ? undefined : a / b;
  const perPaused = paused && Math.max(0, paused.ten.grownBytes - paused.none.grownBytes) / 10 / 1024;
  return [
    {
      what: 'flat out, CPU per delivery: Yoga / Tickroom',
      least: 25,
      measured: ratio(flat(yoga), flat(tickroom)),
    },
    {
      what: 'flat out, CPU per delivery: bare ws / Tickroom',
      least: 6,
      measured: ratio(flat(ws), flat(tickroom)),
    },
    {
      what: 'at 20 events/s, CPU: Tickroom / bare ws',
      most: 1,
      measured: ratio(tickroom?.at20.cpuMicrosPerDelivery, ws?.at20.cpuMicrosPerDelivery),
    },
    {
      what: `${number(many)} different watchlists / shared ones, CPU per delivery`,
      most: 1.3,
      measured: ratio(watchlists?.different.cpuMicrosPerDelivery, watchlists?.shared.cpuMicrosPerDelivery),
    },
    {
      what: `KB per connection at ${number(many)}`,
      most: 14,
      measured: connections && connections.bytesPerConnection / 1024,
    },
    { what: 'sign-ins with a token a second', least: 2000, measured: signIns?.warm },
    { what: 'subscribes a second', least: 3000, measured: connections?.subscribesPerSecond },
    { what: 'KB a client that stops reading costs', most: 1024, measured: perPaused },
    {
      what: 'p99 of the others: one paused / none',
      most: 2,
      measured: ratio(paused?.one.p99Ms, paused?.none.p99Ms),
    },
  ];
}

const signInsSentence = ({ first, warm, bareWs }: SignIns): string =>
  `Clients connect and sign in, each with a token of its own, at ${number(warm, 0)}/s; at a server that has just started at ${number(first, 0)}/s. A bare \`ws\` server takes ${number(bareWs, 0)} connections a second.`;

/** The whole report as Markdown. */
export function fanoutReport(figures: FanoutFigures): string {
  const head = [
    'server',
    'CPU µs/delivery at 20/s',
    'flat out',
    'deliveries/s flat out',
    'p50 / p99 ms at 20/s',
    'KB/connection',
  ];
  return [
    `${number(figures.subscribers)} subscribers of a 4-field quote on one symbol; ${machine()}.`,
    '',
    table(head, serverRows(figures)),
    '',
    ...(figures.signIns ? [signInsSentence(figures.signIns), ''] : []),
    targetTable(targets(figures)),
  ].join('\n');
}
