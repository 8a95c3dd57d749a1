import type { Bus } from '../bus/bus.ts';
import type { Hub } from '../fanout/hub.ts';
import { Operations } from '../graphql/operations.ts';
import { schema } from '../graphql/schema/index.ts';
import type { BookMirrors } from '../market/book/book-mirror.ts';
import type { Calendars } from '../market/calendar/calendars.ts';
import type { MarketProxy } from '../market/cluster/market-proxy.ts';
import type { Database } from '../storage/database.ts';
import type { StatsSnapshot } from '../telemetry/stats.ts';
import type { Access } from './access.ts';
import type { Chat } from './chat.ts';
import { keepProgress } from './progress.ts';
import type { Runtime } from './runtime.ts';
import { readTrustedDocuments } from './trusted-documents.ts';

export interface ApiOptions {
  readonly bus: Bus;
  readonly database: Database;
  readonly hub: Hub;
  readonly books: BookMirrors;
  readonly calendars: Calendars;
  readonly marketProxy: MarketProxy;
  readonly access: Access;
  readonly chat: Chat;
  readonly stats: () => StatsSnapshot;
}

/** The GraphQL API: checks, executes and subscribes operations, whichever transport they come by. */
export async function startApi(runtime: Runtime, options: ApiOptions): Promise<Operations> {
  const { config, log, instance, owned, onError } = runtime;
  const { bus, database, hub, books, calendars, marketProxy, access, chat, stats } = options;
  const { limits, revocations, audit } = access;
  const progress = owned.use(
    await keepProgress({
      store: database.progress,
      session: instance,
      isRestored: () => database.epoch.isRecent,
      bus,
      onError,
    }),
  );
  const operations = new Operations({
    schema,
    hub,
    progress,
    limits,
    log,
    services: {
      bus,
      marketProxy,
      books,
      calendars,
      stats,
      revocations,
      audit,
      ...chat.services,
      storedEpoch: () => database.epoch.mark.epoch,
      anonymousReads: config.environment !== 'production',
    },
    operationLimits: config.operationLimits,
    introspection: config.introspection,
    trusted: await readTrustedDocuments(config.trustedDocuments),
  });
  owned.defer(() => operations.dispose());
  return operations;
}
