import { performance } from 'node:perf_hooks';
import { setTimeout as after } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { patientTimeout } from '../../src/bus/redis/patient-timeout.ts';

const block = (ms: number): void => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};

it('B15 a process that was paused reads the answers that are there before it takes its peer for one that is away', async () => {
  let due = 0;
  const stop = patientTimeout(() => {
    due += 1;
  }, 20);
  // nothing runs meanwhile, as in a paused process
  block(400);
  await after(50);
  expect(due).toBe(0);
  stop();
  const startedAt = performance.now();
  patientTimeout(() => {
    due += 1;
  }, 20);
  await expect.poll(() => due).toBe(1);
  expect(performance.now() - startedAt).toBeLessThan(400);
});
