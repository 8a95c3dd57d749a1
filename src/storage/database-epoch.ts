import { randomBytes, randomUUID } from 'node:crypto';
import type { ClientBase, Pool } from 'pg';
import { asStoreError, isDiskFull, isOutage, type Outcome } from './connection/guard.ts';

/** How far a database had come when somebody looked. */
export interface DatabaseMark {
  /** which database: restoring it does not change this */
  readonly database: string;
  /** of its stored numberings; '' until it is restored for the first time */
  readonly epoch: string;
  /** rises as long as it is used, over epochs too */
  readonly mark: number;
}

export interface DatabaseEpochOptions {
  readonly pool: Pick<Pool, 'connect' | 'query'>;
  /** remembered outside of the database; undefined: nothing is */
  readonly remembered: DatabaseMark | undefined;
  /** Whether the database can say which one it is. The embedded one cannot. */
  readonly hasFingerprint: boolean;
  /** Keeps a mark outside of the database, to be given as `remembered` at the next start. */
  readonly remember: (mark: DatabaseMark) => Promise<void>;
  /**
   * How a write of the mark ended. An idle server asks its database nothing else: this is how it learns that the database
   * is away, or back, or full.
   */
  readonly onOutcome?: (outcome: Outcome, call: string, error?: unknown) => void;
  readonly onError: (error: unknown) => void;
}

interface Row {
  readonly database: string;
  readonly epoch: string;
  readonly mark: string;
  readonly fingerprint: string;
  readonly ageMs: number;
}

const MARK_EVERY_MS = 5000;
/** More than any mark that somebody may remember is ahead of what was restored. */
const LEAP = 1_000_000;
/** Clients that were there before a restore come back within this. */
const RECENT_MS = 3_600_000;

const SELECT = `SELECT "database", "epoch", "mark", "fingerprint",
  (extract(epoch FROM now() - "startedAt") * 1000)::float8 AS "ageMs" FROM "StoredEpoch"`;
/** Another cluster, another line of its history, another database or table: what is here came from a backup or a replica. */
const FINGERPRINT = `SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
  substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), (SELECT oid FROM pg_database WHERE datname = current_database()),
  '"StoredEpoch"'::regclass::oid) AS "fingerprint"`;
const HAS_NUMBERS = `SELECT EXISTS (SELECT FROM "Room") OR EXISTS (SELECT FROM "User") AS "hasNumbers"`;

/**
 * The epoch of the numberings that are stored: positions in rooms and inboxes. An older state of a database, restored
 * from a backup or a replica that lagged behind, gives numbers again that clients have seen. It is recognized by a mark
 * that rises: where somebody remembers a higher one, or by what the database says of itself. Then a new epoch begins.
 */
export class DatabaseEpoch implements AsyncDisposable {
  readonly #options: DatabaseEpochOptions;
  readonly #listeners = new Set<(mark: DatabaseMark) => void>();
  #known: DatabaseMark | undefined;
  #startedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #isTold = false;
  #looking: Promise<void> = Promise.resolve();
  #isAdvancing = false;

  constructor(options: DatabaseEpochOptions) {
    this.#options = options;
    this.#known = options.remembered;
  }

  /** Looks for the first time, once the tables are there. @throws when the database cannot be reached */
  async start(): Promise<void> {
    await this.#lookNow();
    this.#timer = setInterval(() => {
      // One at a time, so that the disposal waits for it, and a slow database has no pile of them.
      if (this.#isAdvancing) return;
      this.#isAdvancing = true;
      this.#looking = this.#advance()
        .then(
          () => this.#note('reached'),
          (error: unknown) => {
            if (isDiskFull(error)) this.#note('full', error);
            else if (isOutage(error)) this.#note('away', error);
            else this.#options.onError(error);
          },
        )
        .finally(() => {
          this.#isAdvancing = false;
        });
    }, MARK_EVERY_MS);
  }

  get mark(): DatabaseMark {
    return this.#known ?? { database: '', epoch: '', mark: 0 };
  }

  /** The database was restored so short a time ago that clients of before may still come back. */
  get isRecent(): boolean {
    return this.mark.epoch !== '' && performance.now() - this.#startedAt < RECENT_MS;
  }

  /** Receives each new mark. It must not throw. @returns ends it */
  onMark(listener: (mark: DatabaseMark) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Somebody else remembers this. A mark that is ahead is compared with the database's when that is looked at next, and
   * at once where it may be of a process that ran before.
   * @throws when the database cannot be reached
   */
  async compare(remembered: DatabaseMark, { isAtOnce = false } = {}): Promise<void> {
    const { database, epoch, mark } = this.mark;
    if (remembered.database !== database) return;
    const isAhead = remembered.mark > mark;
    if (isAhead) this.#known = { database, epoch, mark: remembered.mark };
    // looking raises the mark, and is told: two that did so for each other's marks would never end
    if (remembered.epoch !== epoch || (isAhead && isAtOnce)) await this.#lookNow();
  }

  /** Looks over one connection, before anything else is done with it. */
  async look(client: Pick<ClientBase, 'query'>): Promise<void> {
    await client.query('BEGIN');
    try {
      const { ageMs, ...mark } = await this.#settle(client);
      await client.query('COMMIT');
      this.#startedAt = performance.now() - ageMs;
      this.#heard(mark);
    } catch (error) {
      await client.query('ROLLBACK').catch(() => {});
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#listeners.clear();
    await this.#looking;
    if (this.#timer) await this.#remember();
  }

  #note(outcome: Outcome, error?: unknown): void {
    this.#options.onOutcome?.(outcome, 'DatabaseEpoch.advance', error);
  }

  async #advance(): Promise<void> {
    const { rows } = await this.#options.pool.query<Row>(
      'UPDATE "StoredEpoch" SET "mark" = "mark" + 1 RETURNING "database", "epoch", "mark"',
    );
    const [row] = rows;
    const known = this.mark;
    if (row && row.epoch === known.epoch && Number(row.mark) > known.mark) {
      this.#heard({ database: row.database, epoch: row.epoch, mark: Number(row.mark) });
    } else {
      await this.#lookNow();
    }
    await this.#remember();
  }

  async #lookNow(): Promise<void> {
    try {
      const client = await this.#options.pool.connect();
      try {
        await this.look(client);
      } finally {
        client.release();
      }
    } catch (error) {
      throw asStoreError(error);
    }
  }

  /** Where that cannot be written, it is told once. */
  async #remember(): Promise<void> {
    try {
      await this.#options.remember(this.mark);
      this.#isTold = false;
    } catch (error) {
      if (!this.#isTold) this.#options.onError(error);
      this.#isTold = true;
    }
  }

  async #settle(client: Pick<ClientBase, 'query'>): Promise<DatabaseMark & { readonly ageMs: number }> {
    await client.query(
      `INSERT INTO "StoredEpoch" ("id", "database", "epoch", "mark", "fingerprint", "startedAt")
        VALUES (1, $1, '', 0, '', now()) ON CONFLICT ("id") DO NOTHING`,
      [randomUUID()],
    );
    const [row] = (await client.query<Row>(`${SELECT} FOR UPDATE`)).rows;
    if (!row) throw new Error('The table StoredEpoch cannot be written.');
    const fingerprint = await this.#fingerprint(client);
    const known = this.mark;
    const isBehind = known.database === row.database && known.mark > Number(row.mark);
    const isOther = row.fingerprint !== '' && fingerprint !== '' && row.fingerprint !== fingerprint;
    const isRestored = (isBehind || isOther) && (await hasNumbers(client));
    const mark = isRestored ? Math.max(Number(row.mark), known.mark) + LEAP : Number(row.mark) + 1;
    // begins with a letter, so that it is not taken for a number in a cursor
    const epoch = isRestored ? `e${randomBytes(6).toString('hex')}` : row.epoch;
    await client.query(
      `UPDATE "StoredEpoch" SET "epoch" = $1, "mark" = $2, "fingerprint" = $3,
        "startedAt" = CASE WHEN "epoch" = $1 THEN "startedAt" ELSE now() END`,
      [epoch, mark, fingerprint || row.fingerprint],
    );
    if (isRestored) {
      await client.query('UPDATE "Room" SET "epochPosition" = "lastPosition"');
      await client.query('UPDATE "User" SET "epochInboxHead" = "inboxHead"');
    }
    return { database: row.database, epoch, mark, ageMs: isRestored ? 0 : row.ageMs };
  }

  async #fingerprint(client: Pick<ClientBase, 'query'>): Promise<string> {
    if (!this.#options.hasFingerprint) return '';
    await client.query('SAVEPOINT fingerprint');
    try {
      const { rows } = await client.query<{ fingerprint: string }>(FINGERPRINT);
      return rows[0]?.fingerprint ?? '';
    } catch {
      // a service that lets nobody ask: then it is known by its mark alone
      await client.query('ROLLBACK TO SAVEPOINT fingerprint');
      return '';
    }
  }

  #heard(mark: DatabaseMark): void {
    this.#known = mark;
    for (const listener of this.#listeners) listener(mark);
  }
}

/** Where nothing was numbered yet, nothing is numbered anew. */
async function hasNumbers(client: Pick<ClientBase, 'query'>): Promise<boolean> {
  const { rows } = await client.query<{ hasNumbers: boolean }>(HAS_NUMBERS);
  return rows[0]?.hasNumbers ?? false;
}
