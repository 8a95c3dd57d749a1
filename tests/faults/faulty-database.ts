import { onServer, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { wait } from './wait.ts';

const NAME = 'faults';
const COPY = 'faults_copy';
/** An older state that is less than 5 s older is not recognized, as the README says. */
const LEAST_AGE_MS = 12_000;
const START_ATTEMPTS = 20;

/** A restored state, in ms of `performance.now()`. */
export interface Restored {
  /** when it was copied */
  readonly from: number;
  /** when it was begun, and done, to put it back */
  readonly began: number;
  to: number;
}

/** A PostgreSQL that goes away, does not answer, or comes back in an older state. One fault at a time. */
export class FaultyDatabase {
  readonly url: string;
  /** What was acknowledged in between may be lost. */
  readonly restored: Restored[] = [];
  readonly #postgres: TestPostgres;
  #copied: { readonly at: number; readonly as: 'disk' | 'database' } | undefined;

  private constructor(postgres: TestPostgres) {
    this.#postgres = postgres;
    this.url = postgres.url(NAME);
  }

  static async start(): Promise<FaultyDatabase> {
    const postgres = await startPostgres();
    await postgres.createDatabase(NAME);
    return new FaultyDatabase(postgres);
  }

  /** Killed, and started again. */
  async goAway(ms: number): Promise<void> {
    await this.#postgres.kill();
    await wait(ms);
    await this.#start();
  }

  /** It keeps its connections and does not answer. */
  async hang(ms: number): Promise<void> {
    await this.#postgres.pause();
    await wait(ms);
    await this.#postgres.resume();
  }

  /** Copies the state of now: as a snapshot of the disk, or as a dump. */
  async copy(as: 'disk' | 'database'): Promise<void> {
    const at = performance.now();
    if (as === 'disk') {
      await this.#postgres.kill();
      await this.#postgres.backUp();
      await this.#start();
    } else {
      await this.#alone(`DROP DATABASE IF EXISTS "${COPY}"`, `CREATE DATABASE "${COPY}" TEMPLATE "${NAME}"`);
    }
    this.#copied = { at, as };
  }

  /** Whether there is a copy that is old enough to be recognized as one. */
  get canRestore(): boolean {
    return this.#copied !== undefined && performance.now() - this.#copied.at > LEAST_AGE_MS;
  }

  /** Puts the copy in the place of the database. */
  async restore(): Promise<void> {
    const copied = this.#copied;
    if (!copied) throw new Error('Nothing was copied.');
    this.#copied = undefined;
    const restored: Restored = { from: copied.at, began: performance.now(), to: Number.POSITIVE_INFINITY };
    this.restored.push(restored);
    if (copied.as === 'disk') {
      await this.#postgres.kill();
      await this.#postgres.restoreBackup();
      await this.#start();
    } else {
      await this.#alone(`DROP DATABASE "${NAME}"`, `ALTER DATABASE "${COPY}" RENAME TO "${NAME}"`);
    }
    restored.to = performance.now();
  }

  stop(): Promise<void> {
    return this.#postgres.stop();
  }

  /** Runs statements while nobody else is connected. */
  async #alone(...statements: string[]): Promise<void> {
    const server = this.#postgres.url('postgres');
    await onServer(server, `ALTER DATABASE "${NAME}" ALLOW_CONNECTIONS false`);
    await onServer(
      server,
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${NAME}'`,
    );
    for (const statement of statements) await onServer(server, statement);
    await onServer(server, `ALTER DATABASE "${NAME}" ALLOW_CONNECTIONS true`);
  }

  /** Shared memory of one that was killed may be held for a moment. */
  async #start(): Promise<void> {
    for (let left = START_ATTEMPTS; ; left -= 1) {
      try {
        return await this.#postgres.restart();
      } catch (error) {
        if (left === 0) throw error;
        await wait(250);
      }
    }
  }
}
