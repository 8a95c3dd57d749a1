import type { AttackFigures, AttackRound } from './attack-bench.ts';
import { percentile } from './percentiles.ts';
import { machine, number, table, targetTable } from './report.ts';

const median = (rounds: readonly AttackRound[], of: (round: AttackRound) => number): number =>
  percentile(rounds.map(of), 0.5);

/** The whole report as Markdown. */
export function attackReport(figures: AttackFigures): string {
  const { quiet, attacked, honest, attackers, actsPerSecond, grownBytes } = figures;
  const row = (title: string, rounds: readonly AttackRound[]): string[] => [
    title,
    `${number(median(rounds, ({ p50Ms }) => p50Ms))} / ${number(median(rounds, ({ p99Ms }) => p99Ms))}`,
    `${number(median(rounds, ({ deliveredShare }) => deliveredShare * 100))} %`,
    number(median(rounds, ({ cpuMicrosPerDelivery }) => cpuMicrosPerDelivery)),
  ];
  const p99 = ({ p99Ms }: AttackRound): number => p99Ms;
  return [
    `${number(honest)} honest subscribers of a quote, 20 events a second, beside ${number(attackers)} connections that do harm (${number(actsPerSecond, 0)} times a second); ${machine()}.`,
    '',
    table(
      ['', 'p50 / p99 ms', 'delivered', 'CPU µs/delivery, attack included'],
      [row('quiet', quiet), row('attacked', attacked)],
    ),
    '',
    targetTable([
      {
        what: 'p99 of the honest: attacked / quiet',
        most: 2,
        measured: median(attacked, p99) / median(quiet, p99),
      },
      { what: 'MB that the attack leaves behind', most: 64, measured: grownBytes / 2 ** 20 },
    ]),
  ].join('\n');
}
