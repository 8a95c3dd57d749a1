import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Another process has the folder; the message names it. */
export class DataLockedError extends Error {
  override readonly name = 'DataLockedError';
  readonly code = 'DATA_LOCKED';
}

interface Claim {
  /** Earlier claims go first. */
  readonly name: string;
  readonly pid: number;
  readonly processStart: string;
}

const PATIENCE_MS = 500;
const PAUSE_MS = 20;

/**
 * Keeps a folder to one process, since the embedded database has no lock of its own and two would destroy it.
 *
 * A lock is a folder of claims: files whose names no two processes share and which are never used again. Whoever sees
 * no living claim beside its own has the lock. Claims of dead processes may thus be removed by anybody at any time, and
 * of two who claim at once at least one sees the other.
 *
 * It holds among processes that see one another: not between machines or containers that share a folder.
 *
 * It is not proper-lockfile (4.1.2) because that takes a lock from a living process that was paused for longer than its
 * stale time, which would let two processes write to one database, and because it does not know the holder's process id,
 * which the message names.
 */
export class DataLock implements AsyncDisposable {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  /**
   * @param folder what is locked; the claims are kept beside it
   * @throws DataLockedError
   */
  static async take(folder: string): Promise<DataLock> {
    const claims = `${path.resolve(folder)}.lock`;
    mkdirSync(claims, { recursive: true });
    const name = [Date.now(), process.pid, processStart(process.pid) ?? '', randomUUID()].join('_');
    const file = path.join(claims, name);
    writeFileSync(file, '', { flag: 'wx' });
    const patience = Date.now() + PATIENCE_MS;
    for (;;) {
      const others = livingClaims(claims).filter((claim) => claim.name !== name);
      const [first] = others;
      if (!first) return new DataLock(file);
      // of several that start at once the first one waits for the others to step back
      if (first.name < name || Date.now() > patience) {
        rmSync(file);
        throw new DataLockedError(
          `The data in ${path.resolve(folder)} is in use by process ${first.pid}${first.pid === process.pid ? ', which is this one' : ''}: stop that one first, or choose another DATA_DIR.`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#file, { force: true });
  }
}

/** Earliest first; those of dead processes are removed. */
function livingClaims(folder: string): Claim[] {
  const claims = readdirSync(folder)
    .sort()
    .map((name) => {
      const [, pid, start = ''] = name.split('_');
      return { name, pid: Number(pid), processStart: start };
    });
  return claims.filter((claim) => {
    if (isAlive(claim)) return true;
    rmSync(path.join(folder, claim.name), { force: true });
    return false;
  });
}

function isAlive({ pid, processStart: start }: Claim): boolean {
  const now = processStart(pid);
  // an old process id may have been given to another process since
  if (now !== undefined && start !== '') return now === start;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and is another user's
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** When a process started, in ticks since boot; undefined where the system does not tell. */
function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // the second field is the command in brackets, which may hold anything
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
