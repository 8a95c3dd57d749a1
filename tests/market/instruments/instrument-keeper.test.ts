import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { InstrumentKeeper } from '../../../src/market/instruments/instrument-keeper.ts';
import type { InstrumentListing } from '../../../src/market/instruments/instrument-listing.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('M28 what could not be stored is stored later, the newest of each, and nothing is left running', async () => {
  const saved: (readonly InstrumentListing[])[] = [];
  const errors: unknown[] = [];
  let isAway = true;
  const keeper = new InstrumentKeeper({
    store: {
      all: async () => [],
      save: async (listings) => {
        if (isAway) throw new Error('away');
        saved.push(listings);
      },
    },
    onError: (error) => errors.push(error),
  });
  keeper.note({ symbol: 'BARE', name: 'BARE' });
  keeper.note({ symbol: 'A', name: 'one' });
  await vi.advanceTimersByTimeAsync(1000);
  expect(errors).toHaveLength(1);
  keeper.note({ symbol: 'A', name: 'two' });
  await expect(keeper.flush()).rejects.toThrow('away');
  isAway = false;
  await vi.advanceTimersByTimeAsync(5000);
  expect(saved).toEqual([[{ symbol: 'A', name: 'two' }]]);
  keeper.note({ symbol: 'B', name: 'three' });
  await keeper[Symbol.asyncDispose]();
  expect(saved.at(-1)).toEqual([{ symbol: 'B', name: 'three' }]);
  expect(vi.getTimerCount()).toBe(0);
});
