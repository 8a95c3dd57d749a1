import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DatabaseMark } from './database-epoch.ts';

/** Beside the embedded database's folder, not in it: who restores that from a copy leaves this. */
const NAME = 'database-mark.json';

/** Keeps a mark in a folder. */
export class MarkFile {
  readonly #path: string;
  #writing: Promise<void> = Promise.resolve();

  constructor(dataDir: string) {
    this.#path = path.resolve(dataDir, NAME);
  }

  /** @returns undefined: there is none, or none that can be read */
  async read(): Promise<DatabaseMark | undefined> {
    try {
      const { database, epoch, mark } = JSON.parse(
        await readFile(this.#path, 'utf8'),
      ) as Partial<DatabaseMark>;
      const isMark = typeof database === 'string' && typeof epoch === 'string' && Number.isSafeInteger(mark);
      return isMark ? ({ database, epoch, mark } as DatabaseMark) : undefined;
    } catch {
      return undefined;
    }
  }

  /** @throws when the folder cannot be written */
  write(mark: DatabaseMark): Promise<void> {
    // one after the other, since all of this process use one draft
    const written = this.#writing.then(() => this.#write(mark));
    this.#writing = written.catch(() => {});
    return written;
  }

  async #write(mark: DatabaseMark): Promise<void> {
    // several processes may share the folder, and one may die while it writes
    const draft = `${this.#path}.${process.pid}`;
    await mkdir(path.dirname(this.#path), { recursive: true });
    await writeFile(draft, JSON.stringify(mark), { mode: 0o600 });
    await rename(draft, this.#path);
  }
}
