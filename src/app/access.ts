import type { Authenticate } from '../auth/authenticate.ts';
import { Revocations } from '../auth/revocations.ts';
import { Sessions } from '../auth/sessions.ts';
import type { OpenedBus } from '../bus/failover/open-bus.ts';
import { outageOf } from '../bus/redis/outage.ts';
import { Limits } from '../limits/limits.ts';
import { RedisCount } from '../limits/shared-count.ts';
import type { Database } from '../storage/database.ts';
import { createAudit } from '../telemetry/audit.ts';
import { Admission } from '../transports/admission.ts';
import type { Runtime } from './runtime.ts';

export interface AccessOptions {
  readonly joined: OpenedBus;
  readonly database: Database;
  /** Checks a token by itself, without revocations. */
  readonly verify: Authenticate;
}

export type Access = Awaited<ReturnType<typeof startAccess>>;

/** Admission, limits, sessions, revocations and the audit trail. */
export async function startAccess(
  { config, owned, log, onError }: Runtime,
  { joined, database, verify }: AccessOptions,
) {
  const { bus, redis } = joined;
  const settings = config.limits;
  const limits = new Limits({
    settings,
    share: (name, most) =>
      redis &&
      new RedisCount({
        redis,
        prefix: `${config.redisPrefix}:rate:${name}`,
        most,
        isReachable: () => bus.isConnected,
      }),
    // The bus reports that Redis is away.
    onError: (error) => onError(outageOf(error)),
  });
  const sessions = new Sessions({
    graceMs: settings.tokenGraceSeconds * 1000,
    check: (viewer) => revocations.check(viewer),
  });
  owned.use(sessions);
  const revocations = owned.use(
    await Revocations.start({ bus, store: database.revocations, sessions, onError }),
  );
  const audit = createAudit({ log });
  const authenticate: Authenticate = async (token) => {
    const viewer = await verify(token);
    revocations.check(viewer);
    return viewer;
  };
  const { allowedOrigins } = config;
  const admission = new Admission({
    limits,
    audit,
    allowedOrigins,
    trustProxy: settings.trustProxy,
    onUntrustedProxy: (header, proxy) =>
      log.warn(
        { header, proxy },
        'requests come through a proxy, but TRUST_PROXY is 0: all its clients share the limits of its address, and one can lock out the others. Set TRUST_PROXY to the number of your proxies; if you have none, a client made the header up, and nothing is to be done',
      ),
  });
  return { limits, sessions, revocations, audit, authenticate, admission };
}
