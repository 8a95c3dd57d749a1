import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';

/**
 * Unpacks Debian's packages into a folder, and not into the system, unless it is there.
 * @throws Error when they cannot be downloaded
 */
export function unpackDebian(root: string, packages: readonly string[]): void {
  if (existsSync(root)) return;
  const folder = `${root}.${process.pid}`;
  mkdirSync(folder, { recursive: true });
  const run = (command: string, ...args: string[]): void => {
    execFileSync(command, args, { cwd: folder, stdio: 'ignore' });
  };
  try {
    try {
      run('apt-get', 'download', ...packages);
    } catch {
      run('apt-get', 'update', '-qq');
      run('apt-get', 'download', ...packages);
    }
    run('sh', '-c', 'for package in *.deb; do dpkg-deb -x "$package" .; done; rm -f *.deb');
    renameSync(folder, root);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    // another process was faster
    if (existsSync(root)) return;
    throw error;
  }
}
