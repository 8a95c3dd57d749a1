import { type Database, openDatabase } from '../storage/database.ts';
import { messageOf, type Runtime } from './runtime.ts';

/**
 * Opens the database, which reports when it is away or its disk is full.
 * @throws when it cannot be opened at the start
 */
export async function startStorage({ config, log, owned, health, onError }: Runtime): Promise<Database> {
  if (config.redisUrl !== undefined && config.databaseUrl === undefined) {
    log.warn('REDIS_URL without DATABASE_URL: rooms and inboxes of this instance are its own');
  }
  return owned.use(
    await openDatabase({
      url: config.databaseUrl,
      dataDir: config.dataDir,
      onReachable(isReachable, error) {
        health.isDatabaseReachable = isReachable;
        if (isReachable) log.warn('the database is back');
        else
          log.error(
            { reason: messageOf(error) },
            'the database is away: rooms and inboxes are refused until it is back',
          );
      },
      onFull(isFull, error) {
        health.isDatabaseFull = isFull;
        if (!isFull) log.warn('the disk of the database has space again');
        else
          log.error({ reason: messageOf(error) }, 'the disk of the database is full: nothing can be stored');
      },
      onError,
    }),
  );
}
