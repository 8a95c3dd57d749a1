import { expect, it } from 'vitest';
import { startServer } from '../support/server.ts';
import { runExample } from './example.ts';

const POLL = { timeout: 30_000, interval: 50 };

it('E5 curl prints quotes as server-sent events', async () => {
  await using server = await startServer({ FEEDS: 'simulator?rate=5' });
  await using curl = runExample('sse', server.url, { holding: 'quotes.sh' });
  await expect
    .poll(() => curl.printed, POLL)
    .toMatch(/event: next\ndata: {"data":{"streamData":{"symbol":"AAPL"/);
});
