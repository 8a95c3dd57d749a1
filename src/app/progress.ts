import type { Bus } from '../bus/bus.ts';
import { ProgressKeeper, type ProgressKeeperOptions } from '../fanout/resume/progress-keeper.ts';
import type { TakenOver } from '../fanout/resume/tracked.ts';

const TOPIC = 'taken-over';

interface Options extends ProgressKeeperOptions {
  readonly bus: Pick<Bus, 'announce' | 'listen'>;
}

/** Keeps where subscriptions are; a client that comes back at one instance ends what looks alive of it at another. */
export async function keepProgress({ bus, ...options }: Options): Promise<ProgressKeeper> {
  const keeper = new ProgressKeeper({
    ...options,
    announce: (takenOver) => bus.announce(TOPIC, takenOver),
  });
  await bus.listen(TOPIC, (payload) => {
    if (isTakenOver(payload)) keeper.hearTakenOver(payload);
  });
  return keeper;
}

function isTakenOver(payload: unknown): payload is TakenOver {
  const { userId, key, writer } = (payload ?? {}) as Partial<Record<keyof TakenOver, unknown>>;
  return typeof userId === 'string' && typeof key === 'string' && typeof writer === 'string';
}
