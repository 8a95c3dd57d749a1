import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/** `npm run test:fuzz -- --count N --seed S` */
const { values } = parseArgs({ options: { count: { type: 'string' }, seed: { type: 'string' } } });
const { status } = spawnSync('npx', ['vitest', 'run', 'tests/fuzz'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    ...(values.count === undefined ? {} : { FUZZ_COUNT: values.count }),
    ...(values.seed === undefined ? {} : { FUZZ_SEED: values.seed }),
  },
});
process.exit(status ?? 1);
