import { expect, it } from 'vitest';
import { mixedRun } from './mixed-run.ts';
import { PREVIOUS, previousBuild, whyNoPreviousBuild } from './previous-build.ts';

const missing = await whyNoPreviousBuild();
const beside = `instances of ${PREVIOUS.commit.slice(0, 7)} and of this build`;

it(`X13 ${missing ? `NOT RUN: ${missing}` : `${beside} are one server through an upgrade and a rollback`}`, {
  timeout: 300_000,
  skip: missing !== undefined,
}, async () => {
  const seed = Math.trunc(Math.random() * 2 ** 31);
  const { problems, ...report } = await mixedRun({
    previous: await previousBuild(),
    stageMs: 2000,
    clients: 12,
    seed,
    tell: () => {},
  });
  console.log(`seed ${seed}: ${JSON.stringify(report)}`);
  expect(problems, `seed ${seed}`).toEqual([]);
  expect(report.stages).toEqual(['N, N', 'N+1, N', 'N+1, N+1', 'N, N+1', 'N, N']);
  expect(report.leaders).toEqual(['N', 'N+1', 'N']);
  expect(report.resumed).toBeGreaterThan(0);
});
