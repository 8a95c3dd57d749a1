import { Caller } from './caller.ts';
import { ClientPool } from './client-pool.ts';
import { type ClusterScale, LATEST, settings, symbolsOf } from './cluster-bench.ts';
import { Parts } from './parts.ts';
import { familyCpuMicros } from './proc-usage.ts';
import { type OtherBuild, startServer } from './server-process.ts';

/** What a publisher sends in a measurement of ingest. */
export type Reports = 'quotes' | 'trades';

/** How fast one process takes what is published, and what that costs. */
export interface Ingest {
  readonly eventsPerSecond: number;
  /** CPU of the server, user and kernel, per quote or trade */
  readonly cpuMicrosPerEvent: number;
}

const BATCH = 250;
/** Mutations that wait for their answers at any time. */
const UNDER_WAY = 4;
const WARM_UP_MS = 2000;
const MUTATIONS: Readonly<Record<Reports, string>> = {
  quotes: 'mutation ($input: [QuoteInput!]!) { publishQuotes(input: $input) { accepted } }',
  trades: 'mutation ($input: [TradeInput!]!) { publishTrades(input: $input) { accepted } }',
};

/** The n-th report: a trade carries what duplicates are recognized and calendars are asked by. */
function reportOf(reports: Reports, symbol: string | undefined, n: number): object {
  if (reports === 'quotes') return { symbol, price: String(n) };
  return {
    symbol,
    price: String(n),
    size: '1',
    side: n % 2 ? 'BUY' : 'SELL',
    exchangeTime: new Date().toISOString(),
    sourceSequence: String(n),
  };
}

/**
 * As many quotes or trades as one process takes through Redis, while one subscriber watches one symbol of a thousand.
 * @param build whose server is measured @default this checkout's
 */
export async function ingest(
  scale: ClusterScale,
  reports: Reports = 'quotes',
  build?: OtherBuild,
): Promise<Ingest> {
  await using parts = new Parts();
  const server = parts.use(await startServer(build ?? 'tickroom', [], settings(scale)));
  const symbols = symbolsOf(1000);
  const pool = parts.use(new ClientPool(1));
  await pool.open(server.port, 10);
  await pool.subscribe(LATEST, [{ symbols: [symbols[0]] }]);
  const feed = parts.use(await Caller.open(server, 'feed', ['PUBLISHER']));
  let published = 0;
  const publish = async (deadline: number): Promise<void> => {
    while (performance.now() < deadline) {
      const input = Array.from({ length: BATCH }, () => {
        published += 1;
        return reportOf(reports, symbols[published % symbols.length], published);
      });
      await feed.ask(MUTATIONS[reports], { input });
    }
  };
  const publishUntil = (deadline: number) =>
    Promise.all(Array.from({ length: UNDER_WAY }, () => publish(deadline)));
  await publishUntil(performance.now() + WARM_UP_MS);
  const before = published;
  const cpu = familyCpuMicros(server.pid);
  const startedAt = performance.now();
  await publishUntil(startedAt + scale.seconds * 1000);
  const elapsed = (performance.now() - startedAt) / 1000;
  const events = published - before;
  return {
    eventsPerSecond: events / elapsed,
    cpuMicrosPerEvent: (familyCpuMicros(server.pid) - cpu) / events,
  };
}
