import { parseArgs } from 'node:util';
import { mixedRun } from './mixed-run.ts';
import { PREVIOUS, previousBuild } from './previous-build.ts';

const STAGES = 5;
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    seed: { type: 'string', default: String(Math.trunc(Math.random() * 2 ** 31)) },
    clients: { type: 'string', default: '40' },
  },
});
const startedAt = performance.now();
const tell = (what: string): void => {
  console.error(`[${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s] ${what}`);
};

tell(`The previous build N is ${PREVIOUS.commit}; repeat with --seed ${values.seed}`);
const report = await mixedRun({
  previous: await previousBuild(),
  stageMs: (Number(values.seconds) * 1000) / STAGES,
  clients: Number(values.clients),
  seed: Number(values.seed),
  tell,
});
console.log(JSON.stringify({ ...report, problems: report.problems.slice(0, 20) }, null, 2));
console.log(`${report.problems.length} problems`);
process.exit(report.problems.length === 0 ? 0 : 1);
