import { expect, it } from 'vitest';
import { faultRun } from './fault-run.ts';

const SECONDS = 60;
/** In rooms, and as many who watch prices: `npm run test:faults` has 200 of each. */
const CLIENTS = 20;

it(`X8 ${SECONDS} s of kills, restarts, lost connections and stuck readers lose nothing, and leave every book right`, {
  timeout: 240_000,
}, async () => {
  const seed = Math.trunc(Math.random() * 2 ** 31);
  const { problems, ...report } = await faultRun({
    clients: CLIENTS,
    seconds: SECONDS,
    seed,
    tell: () => {},
  });
  console.log(`seed ${seed}: ${JSON.stringify(report)}`);
  expect(problems, `seed ${seed}`).toEqual([]);
  expect(report.faults.kills + report.faults.stops).toBeGreaterThan(0);
  expect(report.resumed).toBeGreaterThan(20);
  expect(report.healedMs).toBeLessThan(15_000);
});
