import type { Lease } from '../bus/lease.ts';
import type { MarketDesk } from '../market/cluster/market-proxy.ts';
import type { FeedSupervisor } from './feed-supervisor.ts';
import { pause } from './source/pause.ts';

export interface MarketTenureOptions {
  /** Whoever has it keeps the market and runs the feeds. */
  readonly lease: Lease;
  readonly desk: MarketDesk;
  readonly supervisor: FeedSupervisor;
  /** This instance keeps the market now, or no longer. */
  readonly onChange: (keepsMarket: boolean) => void;
  /** The market could not be taken; that is repeated as long as the lease is held. */
  readonly onError: (error: unknown) => void;
}

const TRY_AGAIN_MS = 1000;

/** One instance keeps the market and runs the feeds; when it stops or dies another one goes on. */
export class MarketTenure implements AsyncDisposable {
  readonly #options: MarketTenureOptions;
  readonly #stopped = new AbortController();
  /** what the lease says */
  #wanted = false;
  /** of the lease as it was gained last */
  #token: number | undefined;
  /** one change after the other */
  #changing: Promise<void> = Promise.resolve();

  constructor(options: MarketTenureOptions) {
    this.#options = options;
  }

  /** Resolves when it is known what this instance does to begin with, as far as the lease knows at once. */
  async start(): Promise<void> {
    const { lease, desk } = this.#options;
    lease.start({
      onGained: (token) => {
        this.#token = token;
        this.#want(true);
      },
      onLost: () => this.#want(false),
    });
    await this.#changing;
    desk.follow();
  }

  /** Feeds stop, and another instance may go on at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    this.#want(false);
    await this.#changing;
    await this.#options.lease.stop();
  }

  #want(wanted: boolean): void {
    this.#wanted = wanted;
    this.#changing = this.#changing.then(() => (this.#wanted ? this.#take() : this.#give()));
  }

  async #take(): Promise<void> {
    const { desk, supervisor, onChange, onError } = this.#options;
    while (this.#wanted && !desk.keepsMarket) {
      try {
        await desk.take(this.#token);
        supervisor.start();
        onChange(true);
      } catch (error) {
        onError(error);
        await pause(TRY_AGAIN_MS, this.#stopped.signal);
      }
    }
  }

  async #give(): Promise<void> {
    const { desk, supervisor, onChange, onError } = this.#options;
    if (!desk.keepsMarket) return;
    try {
      await supervisor.stop();
      await desk.give();
      onChange(false);
    } catch (error) {
      onError(error);
    }
    if (!this.#stopped.signal.aborted) desk.follow();
  }
}
