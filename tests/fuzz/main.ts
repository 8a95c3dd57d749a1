import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/** `npm run test:fuzz -- --count N --seed S`: 20,000 and a new seed unless told. */
const { values } = parseArgs({
  options: { count: { type: 'string', default: '20000' }, seed: { type: 'string' } },
});
const { status } = spawnSync('npx', ['vitest', 'run', 'tests/fuzz'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    FUZZ_COUNT: values.count,
    ...(values.seed === undefined ? {} : { FUZZ_SEED: values.seed }),
  },
});
process.exit(status ?? 1);
