import { parseArgs } from 'node:util';
import { faultRun } from './fault-run.ts';
import { rollingRestart } from './rolling-restart.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    seed: { type: 'string', default: String(Math.trunc(Math.random() * 2 ** 31)) },
    rolling: { type: 'boolean', default: false },
    clients: { type: 'string' },
  },
});
const startedAt = performance.now();
const tell = (what: string): void => {
  console.error(`[${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s] ${what}`);
};

if (values.rolling) {
  const report = await rollingRestart({
    clients: Number(values.clients ?? 2000),
    seed: Number(values.seed),
    tell,
  });
  console.log(report.text);
  process.exit(report.lost === 0 ? 0 : 1);
}
tell(`seed ${values.seed}: repeat with --seed ${values.seed}`);
const report = await faultRun({
  clients: Number(values.clients ?? 200),
  seconds: Number(values.seconds),
  seed: Number(values.seed),
  tell,
});
const { problems, ...others } = report;
console.log(JSON.stringify(others, null, 2));
for (const problem of problems.slice(0, 100)) console.log(problem);
const grown = report.heapAfter / report.heapBefore;
console.log(`heaps together: ${grown.toFixed(2)} of before; ${problems.length} problems`);
process.exit(problems.length === 0 && grown <= 1.1 ? 0 : 1);
