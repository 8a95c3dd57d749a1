import { type Ingest, IngestRun, type Reports } from './ingest-bench.ts';
import { percentile } from './percentiles.ts';
import { startPostgres } from './postgres.ts';
import { machine, number, table, targetTable } from './report.ts';
import type { OtherBuild } from './server-process.ts';

interface Compared {
  readonly ours: readonly Ingest[];
  readonly theirs: readonly Ingest[];
}

/** What ingest costs in this build and in another one, in bursts that alternate. */
export interface IngestComparison {
  readonly against: string;
  readonly bursts: number;
  readonly reports: Readonly<Record<Reports, Compared>>;
}

/** What to compare, and how long. */
export interface IngestScale {
  readonly redis: string;
  readonly against: OtherBuild;
  /** of each build and kind of report */
  readonly bursts: number;
}

const BURST_MS = 1000;
/** What duplicates, calendars and canonical symbols may cost. */
const MAX_RATIO = 1.15;

/**
 * Measures both builds in turn, a second each, so that what else the machine does falls on both alike. Each has a database
 * and a Redis prefix of its own.
 */
export async function compareIngest(
  scale: IngestScale,
  tell: (what: string) => void,
): Promise<IngestComparison> {
  tell('quotes');
  const quotes = await compare('quotes', scale);
  tell('trades');
  const trades = await compare('trades', scale);
  return { against: scale.against.checkout, bursts: scale.bursts, reports: { quotes, trades } };
}

async function compare(reports: Reports, { redis, against, bursts }: IngestScale): Promise<Compared> {
  await using ourDatabase = await startPostgres();
  await using theirDatabase = await startPostgres();
  const scale = { redis, subscribers: 0, returning: 0, seconds: 0 };
  await using our = await IngestRun.open({ ...scale, database: ourDatabase.url }, reports);
  await using their = await IngestRun.open({ ...scale, database: theirDatabase.url }, reports, against);
  const measured = { ours: [] as Ingest[], theirs: [] as Ingest[] };
  for (let burst = 0; burst < bursts; burst += 1) {
    measured.ours.push(await our.burst(BURST_MS));
    measured.theirs.push(await their.burst(BURST_MS));
  }
  return measured;
}

const medianOf = (values: readonly number[]): number => percentile(values, 0.5);
const cpuOf = (bursts: readonly Ingest[]): number =>
  medianOf(bursts.map(({ cpuMicrosPerEvent }) => cpuMicrosPerEvent));

/** The comparison as Markdown. */
export function ingestReport({ against, bursts, reports }: IngestComparison): string {
  const kinds = ['quotes', 'trades'] as const;
  /** the median of the ratios of bursts beside each other */
  const ratioOf = (kind: Reports): number => {
    const { ours, theirs } = reports[kind];
    return medianOf(
      ours.map(
        ({ cpuMicrosPerEvent }, i) => cpuMicrosPerEvent / (theirs[i]?.cpuMicrosPerEvent ?? Number.NaN),
      ),
    );
  };
  return [
    `CPU of the server per event published through Redis, medians of ${bursts} bursts of a second that alternate between the builds; ${machine()}. The other build: ${against}.`,
    '',
    table(
      ['', 'this build, µs', 'the other build, µs', 'ratio of neighbours'],
      kinds.map((kind) => [
        kind,
        number(cpuOf(reports[kind].ours)),
        number(cpuOf(reports[kind].theirs)),
        number(ratioOf(kind), 2),
      ]),
    ),
    '',
    targetTable(
      kinds.map((kind) => ({
        what: `CPU of ${kind}: this build / the other one`,
        most: MAX_RATIO,
        measured: ratioOf(kind),
      })),
    ),
  ].join('\n');
}
