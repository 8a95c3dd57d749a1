import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FeedSupervisor } from '../../src/feeds/feed-supervisor.ts';
import type { Feed } from '../../src/feeds/source/feed.ts';
import { RecordingSink } from './recording-sink.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

function supervise(...feeds: Feed[]) {
  const errors: string[] = [];
  const supervisor = new FeedSupervisor({
    feeds,
    sink: new RecordingSink(),
    onError: (feed, error) => errors.push(`${feed}: ${(error as Error).message}`),
    backoff: { firstMs: 100, maxMs: 1000 },
  });
  supervisor.start();
  return { supervisor, errors };
}

describe('the feed supervisor', () => {
  it('D1 restarts a feed that fails, each time after a longer pause, one run at a time', async () => {
    const startedAt: number[] = [];
    const { supervisor, errors } = supervise({
      name: 'bad',
      run: async () => {
        startedAt.push(Date.now());
        throw new Error('lost');
      },
    });
    await vi.advanceTimersByTimeAsync(10_000);
    const pauses = startedAt.slice(1).map((at, i) => at - (startedAt[i] ?? 0));
    const around = (ms: number) =>
      expect.toSatisfy((pause: number) => pause >= Math.floor(ms * 0.75) && pause <= Math.ceil(ms * 1.25));
    expect(pauses.slice(0, 5)).toEqual([100, 200, 400, 800, 1000].map(around));
    expect(supervisor.statuses()[0]).toMatchObject({ state: 'BACKING_OFF', lastError: 'lost' });
    expect(errors[0]).toBe('bad: lost');
    await supervisor[Symbol.asyncDispose]();
    expect(vi.getTimerCount()).toBe(0);
    expect(supervisor.statuses()[0]?.state).toBe('STOPPED');
  });

  it('D1 counts events, and one feed does not disturb another', async () => {
    const { supervisor } = supervise(
      { name: 'bad', run: () => Promise.reject(new Error('no')) },
      {
        name: 'good',
        run: async ({ sink, signal }) => {
          const timer = setInterval(() => sink.acceptQuote({ symbol: 'AAPL', price: '1' }), 100);
          await untilAborted(signal);
          clearInterval(timer);
        },
      },
      { name: 'short', run: async () => {} },
    );
    await vi.advanceTimersByTimeAsync(20_000);
    const [, good, short] = supervisor.statuses();
    expect(good).toMatchObject({ state: 'RUNNING', events: 200, lastEventAt: Date.now() });
    expect(good?.eventsPerSecond).toBeCloseTo(10, 0);
    expect(short?.state).toBe('FINISHED');
    await supervisor[Symbol.asyncDispose]();
    expect(vi.getTimerCount()).toBe(0);
  });
});
