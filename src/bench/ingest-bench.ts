import { Caller } from './caller.ts';
import { ClientPool } from './client-pool.ts';
import { type ClusterScale, LATEST, settings, symbolsOf } from './cluster-bench.ts';
import { Parts } from './parts.ts';
import { familyCpuMicros } from './proc-usage.ts';
import { type OtherBuild, type ServerProcess, startServer } from './server-process.ts';

/** What a publisher sends in a measurement of ingest. */
export type Reports = 'quotes' | 'trades';

/** How fast one process takes what is published, and what that costs. */
export interface Ingest {
  readonly eventsPerSecond: number;
  /** CPU of the server, user and kernel, per quote or trade */
  readonly cpuMicrosPerEvent: number;
}

const BATCH = 250;
const WARM_UP_MS = 2000;
interface Load {
  readonly mutation: string;
  /** Fund flow of each symbol is published twice a second: of many symbols that would be most of what trades cost. */
  readonly symbols: number;
  /** mutations that wait for their answers at any time */
  readonly underWay: number;
}
const LOADS: Readonly<Record<Reports, Load>> = {
  quotes: {
    mutation: 'mutation ($input: [QuoteInput!]!) { publishQuotes(input: $input) { accepted } }',
    symbols: 1000,
    underWay: 4,
  },
  trades: {
    mutation: 'mutation ($input: [TradeInput!]!) { publishTrades(input: $input) { accepted } }',
    symbols: 20,
    underWay: 16,
  },
};

/** A server that takes reports through Redis, while one subscriber watches one of the symbols. */
export class IngestRun implements AsyncDisposable {
  readonly #reports: Reports;
  readonly #symbols: readonly string[];
  readonly #parts: Parts;
  readonly #server: ServerProcess;
  readonly #feed: Caller;
  #published = 0;

  private constructor(reports: Reports, parts: Parts, server: ServerProcess, feed: Caller) {
    this.#reports = reports;
    this.#symbols = symbolsOf(LOADS[reports].symbols);
    this.#parts = parts;
    this.#server = server;
    this.#feed = feed;
  }

  /**
   * Starts the server and publishes for two seconds, so that it is compiled.
   * @param build whose server is measured @default this checkout's
   */
  static async open(scale: ClusterScale, reports: Reports, build?: OtherBuild): Promise<IngestRun> {
    await using parts = new Parts();
    const server = parts.use(await startServer(build ?? 'tickroom', [], settings(scale)));
    const pool = parts.use(new ClientPool(1));
    await pool.open(server.port, 10);
    await pool.subscribe(LATEST, [{ symbols: symbolsOf(1) }]);
    const feed = parts.use(await Caller.open(server, 'feed', ['PUBLISHER']));
    const run = new IngestRun(reports, parts.move(), server, feed);
    await run.burst(WARM_UP_MS);
    return run;
  }

  /** Publishes as much as the server takes. */
  async burst(ms: number): Promise<Ingest> {
    const before = this.#published;
    const cpu = familyCpuMicros(this.#server.pid);
    const startedAt = performance.now();
    const { underWay } = LOADS[this.#reports];
    await Promise.all(Array.from({ length: underWay }, () => this.#publishUntil(startedAt + ms)));
    const elapsed = (performance.now() - startedAt) / 1000;
    const events = this.#published - before;
    return {
      eventsPerSecond: events / elapsed,
      cpuMicrosPerEvent: (familyCpuMicros(this.#server.pid) - cpu) / events,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts[Symbol.asyncDispose]();
  }

  async #publishUntil(deadline: number): Promise<void> {
    while (performance.now() < deadline) {
      const input = Array.from({ length: BATCH }, () => this.#nextReport());
      await this.#feed.ask(LOADS[this.#reports].mutation, { input });
    }
  }

  /** A trade carries what duplicates are recognized and calendars are asked by. */
  #nextReport(): object {
    this.#published += 1;
    const n = this.#published;
    const symbol = this.#symbols[n % this.#symbols.length];
    if (this.#reports === 'quotes') return { symbol, price: String(n) };
    return {
      symbol,
      price: String(n),
      size: '1',
      side: n % 2 ? 'BUY' : 'SELL',
      exchangeTime: new Date().toISOString(),
      sourceSequence: String(n),
    };
  }
}

/** As many quotes as one process takes through Redis. */
export async function ingest(scale: ClusterScale): Promise<Ingest> {
  await using run = await IngestRun.open(scale, 'quotes');
  // what it runs on is closed when this returns
  return await run.burst(scale.seconds * 1000);
}
