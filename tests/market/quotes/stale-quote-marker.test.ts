import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MemoryBus } from '../../../src/bus/memory/memory-bus.ts';
import { Calendars } from '../../../src/market/calendar/calendars.ts';
import type { QuoteState } from '../../../src/market/events/market-state.ts';
import { quoteTopic } from '../../../src/market/events/topics.ts';
import { StaleQuoteMarker } from '../../../src/market/quotes/stale-quote-marker.ts';

/** The bus of one process, which says that it has lost the others when it is told to. */
function losableBus() {
  const memory = new MemoryBus();
  let isConnected = true;
  let listener: (isConnected: boolean) => void = () => {};
  return {
    latest: (topic: string) => memory.latest(topic),
    publish: (topic: string, payload: object) => memory.publish(topic, payload),
    get isConnected() {
      return isConnected;
    },
    onChange(heard: (isConnected: boolean) => void) {
      listener = heard;
      return () => {};
    },
    lose() {
      isConnected = false;
      listener(false);
    },
    [Symbol.asyncDispose]: () => memory[Symbol.asyncDispose](),
  };
}

const at = (text: string): number => Date.parse(text);
const LIMIT_MS = 30_000;

describe('while the bus is disconnected', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  /** Whether a quote is stale at some time, when the bus was lost before. */
  async function isStale(symbol: string, quotedAt: string, lostAt: string, then: string): Promise<boolean> {
    vi.setSystemTime(at(lostAt));
    await using bus = losableBus();
    const quote = { symbol, price: '1', stale: false, receivedAt: at(quotedAt) } as QuoteState;
    await bus.publish(quoteTopic(symbol), quote);
    using _marker = new StaleQuoteMarker({
      bus,
      symbols: () => [symbol],
      calendars: new Calendars(),
      isMarketLeader: () => false,
      staleAfterMs: LIMIT_MS,
      onError(error) {
        throw error;
      },
    });
    bus.lose();
    // days are jumped over, since each sweep of them would be run
    const watchedMs = Math.min(at(then) - at(lostAt), 3_600_000);
    vi.setSystemTime(at(then) - watchedMs);
    await vi.advanceTimersByTimeAsync(watchedMs);
    const newest = await bus.latest(quoteTopic(symbol));
    return (newest?.payload as QuoteState | undefined)?.stale === true;
  }

  const CHINA = '2026-11-26T';
  it.each([
    ['600519', `${CHINA}09:59:59`, `${CHINA}10:00:00`, `${CHINA}10:00:29`, false, 'for less than the limit'],
    ['600519', `${CHINA}09:59:59`, `${CHINA}10:00:00`, `${CHINA}10:00:40`, true, 'in an open session'],
    ['600519', `${CHINA}11:30:01`, `${CHINA}11:40:00`, `${CHINA}12:59:00`, false, 'in the lunch break'],
    ['600519', `${CHINA}11:29:49`, `${CHINA}11:29:50`, `${CHINA}12:00:00`, true, 'at the end of a session'],
    ['600519', `${CHINA}11:30:01`, `${CHINA}11:30:05`, `${CHINA}12:00:00`, true, 'as its last prints came'],
    [
      '600519',
      `${CHINA}11:30:01`,
      `${CHINA}11:40:00`,
      `${CHINA}13:00:20`,
      false,
      'until just after the open',
    ],
    [
      '600519',
      `${CHINA}11:30:01`,
      `${CHINA}11:40:00`,
      `${CHINA}13:01:00`,
      true,
      'when a session began meanwhile',
    ],
    [
      '600519',
      `${CHINA}20:00:01`,
      `${CHINA}20:00:02`,
      `${CHINA}20:01:00`,
      true,
      'whose source sends at night',
    ],
    ['600519', '2026-11-27T15:00:00', '2026-11-27T20:00:00', '2026-11-29T20:00:00', false, 'on a weekend'],
    ['600519', '2026-09-30T15:00:00', '2026-09-30T20:00:00', '2026-10-07T10:00:00', false, 'on holidays'],
    [
      'HK.00700',
      '2026-12-24T12:08:30',
      '2026-12-24T12:30:00',
      '2026-12-24T14:00:00',
      false,
      'after a half day',
    ],
    ['SHFE.aumain', '2026-11-27T15:00:00', '2026-11-27T15:30:00', '2026-11-27T21:01:00', true, 'at night'],
    [
      'AAPL',
      '2026-11-26T05:00:00',
      '2026-11-26T06:00:00',
      '2026-11-26T06:01:00',
      true,
      'in the late session',
    ],
    [
      'BTC/USDT',
      '2026-11-28T03:00:00',
      '2026-11-28T03:00:30',
      '2026-11-28T03:01:30',
      true,
      'that never closes',
    ],
  ])(
    'M10 %s, quoted at %s, lost at %s, is at %s stale: %s (%s)',
    async (symbol, quoted, lost, then, expected) => {
      const [quotedAt, lostAt, thenAt] = [quoted, lost, then].map((time) => `${time}+08:00`);
      expect(await isStale(symbol, quotedAt ?? '', lostAt ?? '', thenAt ?? '')).toBe(expected);
    },
  );
});
