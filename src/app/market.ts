import type { Bus } from '../bus/bus.ts';
import type { Lease } from '../bus/lease.ts';
import { ConfigError } from '../config/config-error.ts';
import { parseFeeds } from '../feeds/feed-list.ts';
import { FeedSupervisor } from '../feeds/feed-supervisor.ts';
import { MarketLeader } from '../feeds/market-leader.ts';
import type { Feed } from '../feeds/source/feed.ts';
import type { Calendars } from '../market/calendar/calendars.ts';
import { MarketProxy, type MarketProxyOptions } from '../market/cluster/market-proxy.ts';
import { InstrumentKeeper } from '../market/instruments/instrument-keeper.ts';
import { Market } from '../market/market.ts';
import { StaleQuoteMarker } from '../market/quotes/stale-quote-marker.ts';
import type { Database } from '../storage/database.ts';
import type { Runtime } from './runtime.ts';

export interface MarketOptions {
  readonly feeds: readonly Feed[];
  readonly calendars: Calendars;
  readonly database: Database;
  readonly bus: Bus;
  readonly lease: Lease;
  /** Trades of a topic that an instance acknowledged are lost. */
  readonly onLost: (topic: string) => void;
}

export type StartedMarket = Awaited<ReturnType<typeof startMarket>>;

/** The market: the feeds, and the state of all symbols where this instance leads it. */
export async function startMarket(runtime: Runtime, options: MarketOptions) {
  const { config, instance, owned, log, onError } = runtime;
  const { feeds, calendars, database, bus, lease } = options;
  const keeper = owned.use(new InstrumentKeeper({ store: database.instruments, onError }));
  const marketProxy = owned.use(
    await MarketProxy.start({
      keeper,
      bus,
      instance,
      lease,
      onLost(topic, count) {
        log.error(
          { topic, count },
          'trades of an outage could not be handed to the new leader: they are lost',
        );
        options.onLost(topic);
      },
      open: marketOpener(runtime, options, (token) => marketProxy.fenced(token)),
      onError,
    }),
  );
  marketProxy.instruments.learn(await database.instruments.all());
  owned.use(
    new StaleQuoteMarker({
      bus,
      symbols: () => marketProxy.instruments.search().map(({ symbol }) => symbol),
      isMarketLeader: () => marketProxy.isMarketLeader,
      calendars,
      staleAfterMs: config.staleAfterMs,
      onError,
    }),
  );
  const supervisor = new FeedSupervisor({
    feeds,
    sink: marketProxy.sink,
    onError: (feed, error) => log.warn({ feed, reason: reasonOf(error) }, 'a feed failed and is restarted'),
  });
  const marketLeader = new MarketLeader({
    lease,
    marketProxy,
    supervisor,
    onChange(isMarketLeader) {
      // An instance without Redis is the only one, so that it leads says nothing.
      if (config.redisUrl === undefined) return;
      log.info(
        isMarketLeader ? 'this instance leads the market' : 'this instance no longer leads the market',
      );
    },
    onError: (error) => log.error({ err: error }, 'the market could not be taken over; trying again'),
  });
  owned.use(marketLeader);
  return { marketProxy, supervisor, marketLeader };
}

/**
 * Opens the market of this instance when it leads: with the stored bars, under the token of its lease.
 * @param onFenced an event was refused because another instance leads
 */
function marketOpener(
  { config, instance, onError }: Runtime,
  { bus, database, calendars }: MarketOptions,
  onFenced: (token: number | undefined) => void,
): MarketProxyOptions['open'] {
  return async (instruments, token) => {
    const bars = await database.openTradeBars(token);
    const market = new Market({
      bus,
      bars,
      instruments,
      calendars,
      writer: instance,
      token,
      staleAfterMs: config.staleAfterMs,
      thresholds: config.fundFlowThresholds,
      onFenced: () => onFenced(token),
      onError,
    });
    return {
      market,
      async close() {
        await market[Symbol.asyncDispose]();
        await bars[Symbol.asyncDispose]();
      },
    };
  };
}

/** What a feed says of its own failure; of a defect also where it happened. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.constructor === Error ? error.message : (error.stack ?? error.message);
}

/**
 * Reads FEEDS, and checks that each feed can begin.
 * @throws ConfigError
 */
export async function readFeeds(spec: string): Promise<Feed[]> {
  try {
    const feeds = parseFeeds(spec);
    await Promise.all(feeds.map((feed) => feed.check?.()));
    return feeds;
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
