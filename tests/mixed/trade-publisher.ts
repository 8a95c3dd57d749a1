import { wait } from '../faults/wait.ts';
import { signFor } from '../support/server.ts';

export const SYMBOL = 'MIXED/USD';
const PUBLISH = 'mutation ($input: [TradeInput!]!) { publishTrades(input: $input) { accepted duplicates } }';
const PAUSE_MS = 20;

/** Publishes trades of size 1, numbered from 1, each again until it is acknowledged. */
export class TradePublisher {
  /** the number of the last acknowledged trade, and so the volume of the day */
  acknowledged = 0;
  #isOn = true;
  readonly #work: Promise<void>;

  constructor(url: string) {
    this.#work = this.#publish(url);
  }

  async stop(): Promise<void> {
    this.#isOn = false;
    await this.#work;
  }

  async #publish(url: string): Promise<void> {
    const token = await signFor('feed', 'PUBLISHER');
    while (this.#isOn) {
      const sourceSequence = String(this.acknowledged + 1);
      const trade = { symbol: SYMBOL, price: '1', size: '1', side: 'BUY', sourceSequence };
      if (await ask(url, PUBLISH, { input: [trade] }, token)) this.acknowledged += 1;
      await wait(PAUSE_MS);
    }
  }
}

/** Undefined: no instance answered in time, or the one that did refused. */
export async function ask<T>(
  url: string,
  query: string,
  variables: object,
  token: string,
): Promise<T | undefined> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(5000),
    });
    const { data, errors } = (await response.json()) as { data?: T; errors?: unknown[] };
    return errors ? undefined : data;
  } catch {
    // a refused or cut connection is what this run makes on purpose
    return undefined;
  }
}
