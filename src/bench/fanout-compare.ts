import { atRate, type Delivered, flatOut } from './delivery-bench.ts';
import { type Contender, openContender, type Scale } from './fanout-bench.ts';
import { Parts } from './parts.ts';
import { percentile } from './percentiles.ts';
import { machine, number, table, targetTable } from './report.ts';
import type { OtherBuild } from './server-process.ts';

/** What a delivery costs, in µs of CPU of the server, in each round. */
interface Rounds {
  readonly what: string;
  readonly ours: number[];
  readonly theirs: number[];
}

export interface FanoutComparison {
  readonly against: string;
  readonly subscribers: number;
  readonly rounds: readonly Rounds[];
}

const ROUNDS = 9;
const MAX_RATIO = 1.03;

const WORKLOADS = [
  { what: 'EVERY, 20 events/s', mode: 'EVERY', measure: (one: Contender) => atRate(one.run, 20) },
  { what: 'EVERY, flat out', mode: 'EVERY', measure: (one: Contender) => flatOut(one.run) },
  { what: 'LATEST, flat out', mode: 'LATEST', measure: (one: Contender) => flatOut(one.run) },
] as const;

/** This build and another one, both running, measured in rounds that alternate: machines drift by more than they differ. */
export async function compareFanout(
  scale: Scale,
  against: OtherBuild,
  tell: (what: string) => void,
): Promise<FanoutComparison> {
  const rounds: Rounds[] = [];
  for (const { what, mode, measure } of WORKLOADS) {
    await using parts = new Parts();
    const ours = parts.use(await openContender('tickroom', scale, mode));
    const theirs = parts.use(await openContender(against, scale, mode));
    const measured: Rounds = { what, ours: [], theirs: [] };
    const run = async (one: Contender, into: number[]): Promise<void> => {
      const { cpuMicrosPerDelivery }: Delivered = await measure(one);
      into.push(cpuMicrosPerDelivery);
    };
    for (let round = 1; round <= ROUNDS; round += 1) {
      tell(`${what}, round ${round} of ${ROUNDS}`);
      // Neither build always comes first.
      if (round % 2 === 1) await run(theirs, measured.theirs);
      await run(ours, measured.ours);
      if (round % 2 === 0) await run(theirs, measured.theirs);
    }
    rounds.push(measured);
  }
  return { against: against.checkout, subscribers: scale.subscribers, rounds };
}

const median = (values: readonly number[]): number => percentile(values, 0.5);

/** The comparison as Markdown. */
export function fanoutComparisonReport({ against, subscribers, rounds }: FanoutComparison): string {
  return [
    `CPU of the server per delivery to ${subscribers} subscribers of one symbol, medians of ${ROUNDS} alternating rounds; ${machine()}. The other build: ${against}.`,
    '',
    table(
      ['', 'this build, µs', 'the other build, µs', 'ratio'],
      rounds.map(({ what, ours, theirs }) => [
        what,
        number(median(ours), 3),
        number(median(theirs), 3),
        number(median(ours) / median(theirs), 3),
      ]),
    ),
    '',
    targetTable(
      rounds.map(({ what, ours, theirs }) => ({
        what: `${what}: this build / the other one`,
        most: MAX_RATIO,
        measured: median(ours) / median(theirs),
      })),
    ),
  ].join('\n');
}
