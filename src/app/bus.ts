import { type OpenedBus, openBus } from '../bus/failover/open-bus.ts';
import type { OnRefused } from '../bus/failover/outage-backlog.ts';
import type { Runtime } from './runtime.ts';

/**
 * Opens the bus: over Redis where REDIS_URL names one, else within this process.
 * @param onRefused receives events that Redis refused, since another instance leads their topic by now
 */
export async function startBus(
  { config, log, instance, owned, health, onError }: Runtime,
  onRefused: OnRefused,
): Promise<OpenedBus> {
  return owned.use(
    await openBus({
      url: config.redisUrl,
      prefix: config.redisPrefix,
      instance,
      onReachable(isReachable) {
        health.isRedisReachable = isReachable;
        if (isReachable) log.warn('Redis is back: instances receive events of each other again');
        else log.error('Redis is away: this instance goes on alone until it is back');
      },
      onLost: (topic, count) =>
        log.warn({ topic, count }, 'events of the outage could not be published at other instances'),
      onRefused,
      onError,
    }),
  );
}
