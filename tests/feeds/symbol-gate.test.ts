import { expect, it } from 'vitest';
import { FeedSupervisor } from '../../src/feeds/feed-supervisor.ts';
import type { Feed } from '../../src/feeds/source/feed.ts';
import { RecordingSink } from './recording-sink.ts';

it('D6 reports go on under the canonical symbol, and what cannot be read is in the state of the feed', async () => {
  const sink = new RecordingSink();
  const bad = Array.from({ length: 30 }, (_, i) => `?${i}`);
  const feed: Feed = {
    name: 'mixed',
    run: async ({ sink: to }) => {
      to.listInstrument({ symbol: '0700.HK', name: 'Tencent' });
      to.acceptQuote({ symbol: 'sh600519', price: '1' });
      to.acceptTrade({ symbol: 'BTC_USDT', price: '1', size: '1' });
      to.acceptBook({ symbol: 'brk-b', bids: [], asks: [] });
      expect(to.acceptBookChanges({ symbol: '?', bids: [], asks: [] })).toBe('unknown');
      for (const symbol of [...bad, ...bad]) to.acceptTrade({ symbol, price: '1', size: '1' });
    },
  };
  const supervisor = new FeedSupervisor({ feeds: [feed], sink, onError: () => {} });
  supervisor.start();
  await expect.poll(() => supervisor.statuses()[0]?.state).toBe('FINISHED');
  expect(sink.instruments.map(({ symbol }) => symbol)).toEqual(['HK.00700']);
  expect(sink.quotes.map(({ symbol }) => symbol)).toEqual(['600519']);
  expect(sink.trades.map(({ symbol }) => symbol)).toEqual(['BTC/USDT']);
  expect(sink.books.map(({ symbol }) => symbol)).toEqual(['BRK.B']);
  expect(supervisor.statuses()[0]).toMatchObject({
    unreadReports: 61,
    unreadSymbols: ['?', ...bad.slice(0, 19)],
  });
  await supervisor.stop();
});
