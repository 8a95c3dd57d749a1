import { type Ingest, ingest, type Reports } from './ingest-bench.ts';
import { startPostgres } from './postgres.ts';
import { machine, number, table, targetTable } from './report.ts';
import type { OtherBuild } from './server-process.ts';

/** What ingest costs in this build and in another one, in rounds that alternate. */
export interface IngestComparison {
  readonly against: string;
  readonly rounds: number;
  readonly reports: Readonly<
    Record<Reports, { readonly ours: readonly Ingest[]; readonly theirs: readonly Ingest[] }>
  >;
}

const KINDS: readonly Reports[] = ['quotes', 'trades'];
/** What duplicates, calendars and canonical symbols may cost. */
const MAX_RATIO = 1.15;

const medianCpu = (rounds: readonly Ingest[]): number => {
  const sorted = rounds.map(({ cpuMicrosPerEvent }) => cpuMicrosPerEvent).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

/**
 * Measures both builds in turn, each time with a database and a Redis prefix of its own, so that what else the machine does
 * falls on both alike.
 */
export async function compareIngest(
  {
    redis,
    seconds,
    rounds,
    against,
  }: { redis: string; seconds: number; rounds: number; against: OtherBuild },
  tell: (what: string) => void,
): Promise<IngestComparison> {
  const measured = {
    quotes: { ours: [] as Ingest[], theirs: [] as Ingest[] },
    trades: { ours: [] as Ingest[], theirs: [] as Ingest[] },
  };
  const run = async (reports: Reports, build?: OtherBuild): Promise<Ingest> => {
    await using postgres = await startPostgres();
    const scale = { redis, database: postgres.url, subscribers: 0, returning: 0, seconds };
    return await ingest(scale, reports, build);
  };
  for (let round = 1; round <= rounds; round += 1) {
    for (const reports of KINDS) {
      tell(`round ${round} of ${rounds}, ${reports}`);
      const isOdd = round % 2 === 1;
      // neither build always comes first
      if (isOdd) measured[reports].theirs.push(await run(reports, against));
      measured[reports].ours.push(await run(reports));
      if (!isOdd) measured[reports].theirs.push(await run(reports, against));
    }
  }
  return { against: against.checkout, rounds, reports: measured };
}

/** The comparison as Markdown. */
export function ingestReport({ against, rounds, reports }: IngestComparison): string {
  const ratioOf = (kind: Reports): number => medianCpu(reports[kind].ours) / medianCpu(reports[kind].theirs);
  const listOf = (measured: readonly Ingest[]): string =>
    measured.map(({ cpuMicrosPerEvent }) => number(cpuMicrosPerEvent)).join(', ');
  return [
    `CPU of the server per event published through Redis, medians of ${rounds} alternating rounds; ${machine()}. The other build: ${against}.`,
    '',
    table(
      ['', 'this build, µs', 'the other build, µs', 'ratio', 'rounds: this build', 'rounds: the other build'],
      KINDS.map((kind) => [
        kind,
        number(medianCpu(reports[kind].ours)),
        number(medianCpu(reports[kind].theirs)),
        number(ratioOf(kind), 2),
        listOf(reports[kind].ours),
        listOf(reports[kind].theirs),
      ]),
    ),
    '',
    targetTable(
      KINDS.map((kind) => ({
        what: `CPU of ${kind}: this build / the other one`,
        most: MAX_RATIO,
        measured: ratioOf(kind),
      })),
    ),
  ].join('\n');
}
