import type { Authenticate } from '../auth/authenticate.ts';
import { Revocations } from '../auth/revocations.ts';
import { Sessions } from '../auth/sessions.ts';
import type { OpenedBus } from '../bus/failover/open-bus.ts';
import { outageOf } from '../bus/redis/outage.ts';
import type { Config } from '../config.ts';
import { Limits } from '../limits/limits.ts';
import { RedisCount } from '../limits/shared-count.ts';
import type { DisposableStack } from '../primitives/disposable-stack.ts';
import type { Database } from '../storage/database.ts';
import { createAudit } from '../telemetry/audit.ts';
import type { Logger } from '../telemetry/logger.ts';
import { Admission } from '../transports/admission.ts';

export interface AccessOptions {
  readonly config: Config;
  readonly joined: OpenedBus;
  readonly database: Database;
  /** checks a token by itself */
  readonly verify: Authenticate;
  readonly owned: DisposableStack;
  readonly log: Logger;
  readonly onError: (error: unknown) => void;
}

/** Who may come in, how much they may do, and until when. */
export async function startAccess({ config, joined, database, verify, owned, log, onError }: AccessOptions) {
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
    // the bus tells that Redis is away
    onError: (error) => onError(outageOf(error)),
  });
  const sessions = new Sessions({
    graceMs: settings.tokenGraceSeconds * 1000,
    check: (viewer) => revocations.check(viewer),
  });
  owned.add(() => sessions[Symbol.dispose]());
  const revocations = await Revocations.start({ bus, store: database.revocations, sessions, onError });
  owned.add(() => revocations[Symbol.dispose]());
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
