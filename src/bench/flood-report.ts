import type { Delivered } from './delivery-bench.ts';
import type { FloodFigures } from './flood-bench.ts';
import { percentile } from './percentiles.ts';
import { number, table, targetTable } from './report.ts';

/** An honest reader may wait so many times as long as beside nobody. */
const MAX_RATIO = 3;

const median = (rounds: readonly Delivered[], of: (round: Delivered) => number): number =>
  percentile(rounds.map(of), 0.5);
const p50 = ({ p50Ms }: Delivered): number => p50Ms;
const p99 = ({ p99Ms }: Delivered): number => p99Ms;

/** The rows of the floods as Markdown. */
export function floodReport(figures: readonly FloodFigures[]): string {
  const both = (rounds: readonly Delivered[]): string =>
    `${number(median(rounds, p50))} / ${number(median(rounds, p99))}`;
  return [
    table(
      ['flood', 'quiet p50 / p99 ms', 'flooded p50 / p99 ms', 'frames or operations a second'],
      figures.map(({ title, quiet, flooded, actsPerSecond }) => [
        title,
        both(quiet),
        both(flooded),
        number(actsPerSecond, 0),
      ]),
    ),
    '',
    targetTable(
      figures.map(({ title, quiet, flooded }) => ({
        what: `p99 flooded / quiet: ${title}`,
        most: MAX_RATIO,
        measured: median(flooded, p99) / median(quiet, p99),
      })),
    ),
  ].join('\n');
}
