import type { Bus } from '../bus/bus.ts';
import type { StoredTopics } from '../fanout/topics/stored-topics.ts';
import type { Database } from '../storage/database.ts';
import type { DatabaseMark } from '../storage/database-epoch.ts';
import type { Runtime } from './runtime.ts';

const TOPIC = 'database-mark';

export interface StoredEpochOptions {
  readonly epoch: Database['epoch'];
  readonly bus: Bus;
  /** compared with the database at once when a new epoch begins */
  readonly topics: readonly StoredTopics[];
}

/**
 * Remembers over the bus how far the database had come, for instances that start later and for those that run: one that
 * finds less knows that an older state was restored.
 */
export async function followStoredEpoch(
  { owned, onError }: Runtime,
  { epoch, bus, topics }: StoredEpochOptions,
): Promise<void> {
  const compare = async (payload: unknown, isAtOnce = false): Promise<void> => {
    if (isMark(payload)) await epoch.compare(payload, { isAtOnce });
  };
  owned.defer(await bus.subscribe(TOPIC, ({ payload }) => void compare(payload).catch(onError)));
  await compare((await bus.latest(TOPIC))?.payload, true);
  let known = epoch.mark.epoch;
  const tell = (mark: DatabaseMark): void => {
    bus.publish(TOPIC, { ...mark }).catch(onError);
    if (mark.epoch === known) return;
    known = mark.epoch;
    for (const stored of topics) stored.check().catch(onError);
  };
  owned.defer(epoch.onMark(tell));
  tell(epoch.mark);
}

function isMark(payload: unknown): payload is DatabaseMark {
  const { database, epoch, mark } = (payload ?? {}) as Partial<Record<keyof DatabaseMark, unknown>>;
  return typeof database === 'string' && typeof epoch === 'string' && Number.isSafeInteger(mark);
}
