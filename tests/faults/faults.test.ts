import { expect, it } from 'vitest';
import { faultRun } from './fault-run.ts';

const SECONDS = 25;
/** In rooms, and as many who watch prices: `npm run test:faults` has 200 of each. */
const CLIENTS = 20;

it(`X8 ${SECONDS} s of faults of every kind lose nothing in silence, and leave every book and every sum right`, {
  timeout: 240_000,
}, async () => {
  const seed = Math.trunc(Math.random() * 2 ** 31);
  const { problems, ...report } = await faultRun({
    clients: CLIENTS,
    seconds: SECONDS,
    seed,
    longestPauseMs: 5000,
    tell: () => {},
  });
  console.log(`seed ${seed}: ${JSON.stringify(report)}`);
  expect(problems, `seed ${seed}`).toEqual([]);
  expect(report.faults.times('kill') + report.faults.times('stop')).toBeGreaterThan(0);
  expect(report.told.rooms?.of('recovered')).toBeGreaterThan(5);
  expect(report.healedMs).toBeLessThan(15_000);
});
