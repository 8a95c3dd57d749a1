// Generates the Prisma client, which is compiled into dist: an installation without the tools has no use for it.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

function isInstalled(name) {
  try {
    require.resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}

if (isInstalled('tsx') && isInstalled('prisma-cli')) {
  const script = fileURLToPath(new URL('prisma.ts', import.meta.url));
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', script, 'generate'], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
