import Big from 'big.js';
import { signEarlier } from './tokens.ts';
import { wait } from './wait.ts';

export interface PublishedTrade {
  /** the publisher's own, contiguous from 1 */
  readonly number: number;
  readonly price: string;
  readonly size: string;
  readonly side: 'BUY' | 'SELL' | 'NEUTRAL';
  /** epoch ms */
  readonly time: number;
}

interface PublisherOptions {
  readonly url: string;
  readonly symbol: string;
  /** its trades happened so long ago, so that no wrong clock takes their time for one that cannot be */
  readonly lagMs: number;
  readonly random: () => number;
}

const PUBLISH =
  'mutation ($input: [TradeInput!]!) { publishTrades(input: $input) { accepted duplicates rejected { code message } } }';
const MAX_BATCH = 3;
const TIMEOUT_MS = 5000;
const SIDES = ['BUY', 'SELL', 'NEUTRAL'] as const;

interface Receipt {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly unknown[];
}

/** Publishes trades of one symbol in order, each batch until the server acknowledges it. */
export class TradePublisher {
  readonly symbol: string;
  readonly lagMs: number;
  /** acknowledged, in order: the number of each is its index and 1 */
  readonly trades: PublishedTrade[] = [];
  readonly problems: string[] = [];
  /** batches that were sent again */
  retries = 0;
  readonly #options: PublisherOptions;
  #isOn = true;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.symbol = options.symbol;
    this.lagMs = options.lagMs;
  }

  /** Until `stop`. */
  async publish(): Promise<void> {
    const { random } = this.#options;
    while (this.#isOn) {
      const count = 1 + Math.floor(random() * MAX_BATCH);
      const batch = Array.from({ length: count }, (_, i) => this.#newTrade(this.trades.length + i + 1));
      await this.#send(batch);
      this.trades.push(...batch);
      await wait(random() * 400);
    }
  }

  stop(): void {
    this.#isOn = false;
  }

  #newTrade(number: number): PublishedTrade {
    const { random, lagMs } = this.#options;
    return {
      number,
      price: new Big(90 + random() * 20).toFixed(2),
      size: new Big(random() * 10 + 0.001).toFixed(3),
      side: SIDES[Math.floor(random() * SIDES.length)] ?? 'BUY',
      time: Date.now() - lagMs,
    };
  }

  async #send(batch: readonly PublishedTrade[]): Promise<void> {
    const { url, random } = this.#options;
    const input = batch.map(({ number, price, size, side, time }) => ({
      symbol: this.symbol,
      price,
      size,
      side,
      sourceSequence: String(number),
      exchangeTime: new Date(time).toISOString(),
    }));
    const token = await signEarlier('faults-feed', 'PUBLISHER');
    for (;;) {
      const receipt = await ask(url, token, input);
      if (typeof receipt === 'string') this.problems.push(`${this.symbol}: ${receipt}`);
      else if (receipt?.rejected.length)
        this.problems.push(`${this.symbol}: ${JSON.stringify(receipt.rejected)}`);
      if (receipt) return;
      this.retries += 1;
      await wait(100 + random() * 300);
    }
  }
}

/** Undefined: to be sent again. A text: what is wrong. */
async function ask(url: string, token: string, input: object): Promise<Receipt | string | undefined> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: PUBLISH, variables: { input } }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { data, errors } = (await response.json()) as {
      data?: { publishTrades: Receipt } | null;
      errors?: readonly { readonly extensions?: { readonly code?: string } }[];
    };
    if (data && !errors) return data.publishTrades;
    const isAway = errors?.every(({ extensions }) => extensions?.code === 'SERVICE_UNAVAILABLE');
    return isAway ? undefined : JSON.stringify(errors);
  } catch {
    // the connection was cut, or nobody answered in time
    return undefined;
  }
}
