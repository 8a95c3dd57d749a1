import type { Feed } from '../source/feed.ts';
import { seededRandom } from './random.ts';
import { SIMULATED_INSTRUMENTS } from './simulated-instruments.ts';
import { SimulatedMarket } from './simulated-market.ts';

export interface SimulatorOptions {
  /** The same seed makes the same market, times apart. @default 1 */
  readonly seed?: number | undefined;
  /** Trades and book changes of one symbol in a second, up to 1,000. @default 5 */
  readonly eventsPerSecond?: number | undefined;
  /** @default all */
  readonly symbols?: readonly string[] | undefined;
}

const TICK_MS = 10;
/** After a pause of the process, at most so much is made up for. */
const MAX_BEHIND_MS = 1000;

/** A made-up market around the clock: quotes, trades and order books of some twenty real names at unreal prices. */
export function createSimulator({ seed = 1, eventsPerSecond = 5, symbols }: SimulatorOptions = {}): Feed {
  const instruments = SIMULATED_INSTRUMENTS.filter(({ symbol }) => !symbols || symbols.includes(symbol));
  return {
    name: 'simulator',
    async run({ sink, signal, onAlive }) {
      const random = seededRandom(seed);
      const markets = instruments.map((instrument) => new SimulatedMarket(instrument, random));
      for (const market of markets) market.open(sink, Date.now());
      onAlive();
      const perMs = (markets.length * eventsPerSecond) / 1000;
      let last = performance.now();
      let due = 0;
      let next = 0;
      await new Promise<void>((resolve) => {
        const timer = setInterval(() => {
          const now = performance.now();
          due += Math.min(MAX_BEHIND_MS, now - last) * perMs;
          last = now;
          // in turn, so that at low rates symbols do not all move at once
          for (; due >= 1; due -= 1) markets[next++ % markets.length]?.step(sink, Date.now());
        }, TICK_MS);
        const stop = (): void => {
          clearInterval(timer);
          resolve();
        };
        if (signal.aborted) stop();
        else signal.addEventListener('abort', stop, { once: true });
      });
    },
  };
}
