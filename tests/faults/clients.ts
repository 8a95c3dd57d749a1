import { type Client, createClient, type SubscribePayload } from 'graphql-ws';
import WebSocket from 'ws';
import { bookChecksum } from '../../src/market/book/book-checksum.ts';
import type { BookLevel } from '../../src/market/events/market-event.ts';
import { NaiveBook } from '../market/book/book-model.ts';
import { Told } from './told.ts';

/** What a message says beside its event. */
export interface Extensions {
  readonly resume?: {
    readonly recovered: boolean;
    readonly replayed: number;
    readonly reason: string | null;
  };
  readonly gap?: {
    readonly from: number;
    readonly to: number;
    readonly topic: string;
    readonly reason: string;
  };
}
export interface Result<T> {
  readonly data?: T | null;
  readonly errors?: unknown;
  readonly extensions?: Extensions | null;
}

/** A plain graphql-ws client, as the documentation of that library makes it. */
export function plainClient(url: string, token: string | undefined, random: () => number): Client {
  return createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: Number.POSITIVE_INFINITY,
    // sooner than by default, so that more happens in a minute
    retryWait: () => new Promise((done) => setTimeout(done, 200 + random() * 800)),
    shouldRetry: () => true,
    ...(token ? { connectionParams: { authorization: `Bearer ${token}` } } : {}),
  });
}

/** Ends a client. One that is connecting at the moment rejects with what its attempt fails with, which is of no interest. */
export async function disposeClient(client: Client): Promise<void> {
  await Promise.resolve(client.dispose()).catch(() => {});
}

/** One subscription: counts what it is told, and passes events on. */
export abstract class Watcher<T> {
  messages = 0;
  readonly told = new Told();
  readonly problems: string[] = [];

  constructor(client: Client, payload: SubscribePayload) {
    client.subscribe<T>(payload, {
      next: (result) => this.#next(result as Result<T>),
      error: (error) => this.problems.push(`error: ${JSON.stringify(error) ?? String(error)}`),
      complete: () => {},
    });
  }

  protected abstract hear(data: T, extensions: Extensions): void;

  #next({ data, errors, extensions }: Result<T>): void {
    this.messages += 1;
    if (errors) this.problems.push(JSON.stringify(errors));
    const { resume, gap } = extensions ?? {};
    if (resume) this.told.add(resume.reason ?? 'recovered');
    if (gap) this.told.add(gap.reason);
    if (data) this.hear(data, extensions ?? {});
  }
}

interface BookUpdate {
  readonly __typename: 'OrderBookSnapshot' | 'OrderBookDelta';
  readonly sequence?: number;
  readonly firstSequence?: number;
  readonly lastSequence?: number;
  readonly checksum: number;
  readonly bids: BookLevel[];
  readonly asks: BookLevel[];
}

/** Keeps a book from changes alone, and checks each against its checksum. */
export class BookWatcher extends Watcher<{ orderBookChanges: BookUpdate }> {
  readonly #book = new NaiveBook();
  #sequence = 0;
  /** checksums held lately, by sequence */
  readonly held = new Map<number, number>();
  snapshots = 0;

  protected override hear({ orderBookChanges: update }: { orderBookChanges: BookUpdate }): void {
    if (update.__typename === 'OrderBookSnapshot') {
      this.snapshots += 1;
      this.held.clear();
      this.#book.replace(update);
      this.#sequence = update.sequence ?? 0;
    } else {
      if (update.firstSequence !== this.#sequence + 1) {
        this.problems.push(`after ${this.#sequence} came changes from ${update.firstSequence}`);
      }
      this.#book.apply(update);
      this.#sequence = update.lastSequence ?? 0;
    }
    const { bids, asks } = this.#book.top(10);
    const checksum = bookChecksum(bids, asks);
    if (checksum !== update.checksum) this.problems.push(`wrong checksum at ${this.#sequence}`);
    this.held.set(this.#sequence, checksum);
    const [oldest] = this.held.keys();
    if (this.held.size > 500 && oldest !== undefined) this.held.delete(oldest);
  }
}

/** Prices or trades: never twice, never backwards, within one numbering. */
export class MarketWatcher extends Watcher<
  Record<string, { symbol: string; sequence: number; receivedAt: string }>
> {
  readonly #last = new Map<string, { sequence: number; receivedAt: string }>();
  lastAt = 0;
  /** messages that went back in time in the same numbering */
  repeated = 0;

  protected override hear(
    data: Record<string, { symbol: string; sequence: number; receivedAt: string }>,
  ): void {
    const [event] = Object.values(data);
    if (!event) return;
    this.lastAt = performance.now();
    const last = this.#last.get(event.symbol);
    if (last?.sequence === event.sequence && last.receivedAt === event.receivedAt) this.repeated += 1;
    this.#last.set(event.symbol, event);
  }
}
