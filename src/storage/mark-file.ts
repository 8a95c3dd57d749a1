import { randomUUID } from 'node:crypto';
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
    // One after the other, so that an older mark does not replace a newer one.
    const written = this.#writing.then(() => this.#write(mark));
    this.#writing = written.catch(() => {});
    return written;
  }

  async #write(mark: DatabaseMark): Promise<void> {
    // A name of its own: several databases may share the folder, and a process may die while it writes.
    const draft = `${this.#path}.${randomUUID()}`;
    await mkdir(path.dirname(this.#path), { recursive: true });
    await writeFile(draft, JSON.stringify(mark), { mode: 0o600 });
    await rename(draft, this.#path);
  }
}
