import type { Lease } from '../bus/lease.ts';
import { TickroomError } from '../errors.ts';
import type { MarketProxy } from '../market/cluster/market-proxy.ts';
import { pause } from '../primitives/pause.ts';
import type { FeedSupervisor } from './feed-supervisor.ts';

export interface MarketLeaderOptions {
  /** Its holder leads the market and runs the feeds. */
  readonly lease: Lease;
  readonly marketProxy: MarketProxy;
  readonly supervisor: FeedSupervisor;
  /** This instance leads the market now, or no longer. */
  readonly onChange: (isMarketLeader: boolean) => void;
  /** The market could not be taken; that is repeated as long as the lease is held. */
  readonly onError: (error: unknown) => void;
}

const TRY_AGAIN_MS = 1000;

/** The token that a store knows of a leader of before, of an error that says so. */
function higherToken(error: unknown): number | undefined {
  const token = error instanceof TickroomError ? error.details.token : undefined;
  return typeof token === 'number' ? token : undefined;
}

/** One instance leads the market and runs the feeds; when it stops or dies another one goes on. */
export class MarketLeader implements AsyncDisposable {
  readonly #options: MarketLeaderOptions;
  readonly #stopped = new AbortController();
  /** what the lease says */
  #wanted = false;
  /** of the lease as it was gained last */
  #token: number | undefined;
  /** one change after the other */
  #changing: Promise<void> = Promise.resolve();

  constructor(options: MarketLeaderOptions) {
    this.#options = options;
  }

  /** Resolves when it is known what this instance does to begin with, as far as the lease knows at once. */
  async start(): Promise<void> {
    const { lease, marketProxy } = this.#options;
    lease.start({
      onGained: (token) => {
        this.#token = token;
        this.#want(true);
      },
      onLost: () => this.#want(false),
    });
    await this.#changing;
    marketProxy.follow();
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
    const { lease, marketProxy, supervisor, onChange, onError } = this.#options;
    while (this.#wanted && !marketProxy.isMarketLeader) {
      try {
        await marketProxy.take(this.#token);
        supervisor.start();
        onChange(true);
      } catch (error) {
        onError(error);
        const higher = higherToken(error);
        if (higher !== undefined) lease.exceed(higher);
        await pause(TRY_AGAIN_MS, this.#stopped.signal);
      }
    }
  }

  async #give(): Promise<void> {
    const { marketProxy, supervisor, onChange, onError } = this.#options;
    if (!marketProxy.isMarketLeader) return;
    try {
      await supervisor.stop();
      await marketProxy.give();
      onChange(false);
    } catch (error) {
      onError(error);
    }
    if (!this.#stopped.signal.aborted) marketProxy.follow();
  }
}
