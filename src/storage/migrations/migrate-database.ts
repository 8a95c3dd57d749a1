import { asOpenError, openPlace, type PlaceOptions, withMigrations } from '../connection/place.ts';
import { migrate, pendingMigrations } from './migrate.ts';

export interface MigrationReport {
  /** names of migrations that were applied just now */
  readonly applied: readonly string[];
  /** names of migrations that the database does not have yet */
  readonly pending: readonly string[];
}

/**
 * Brings the schema of a database up to date without opening its stores.
 * @param options.apply false: only looks
 * @throws DatabaseError, DataLockedError, or Error when a migration fails or was edited after it had been applied
 */
export async function migrateDatabase(options: PlaceOptions & { apply: boolean }): Promise<MigrationReport> {
  const place = await openPlace(options);
  // who loses the connection hears of it through the query
  place.pool.on('error', () => {});
  try {
    return await withMigrations(place.pool, async (client) => ({
      applied: options.apply ? await migrate(client) : [],
      pending: options.apply ? [] : await pendingMigrations(client),
    }));
  } catch (error) {
    throw asOpenError(error, options);
  } finally {
    await place.close();
  }
}
