import { expect, it } from 'vitest';
import { MemoryBus } from '../../../src/bus/memory/memory-bus.ts';
import { MemoryTradeBars } from '../../../src/market/bars/memory-trade-bars.ts';
import { MarketProxy } from '../../../src/market/cluster/market-proxy.ts';
import { Market } from '../../../src/market/market.ts';

const onError = (): void => {};

it('U16 an instance that stops with trades which no leader took says so at every instance', async () => {
  const bus = new MemoryBus();
  const lost: unknown[] = [];
  const open = (instance: string) =>
    MarketProxy.start({
      bus,
      instance,
      open: () => Promise.reject(new Error('it does not lead')),
      onLost: (topic, count) => lost.push([instance, topic, count]),
      onError,
    });
  const cutOff = await open('a');
  const other = await open('b');
  cutOff.forward('trade:AAPL', [{ id: '1' }, { id: '2' }], 7);
  expect(lost).toEqual([]);
  await cutOff[Symbol.asyncDispose]();
  expect(lost).toContainEqual(['b', 'trade:AAPL', 2]);
  await other[Symbol.asyncDispose]();
});

it('U16 bars of the time of lost trades are incomplete, those that begin later are not', async () => {
  let now = Date.parse('2026-11-24T02:00:10Z');
  const market = new Market({ bus: new MemoryBus(), bars: new MemoryTradeBars(), now: () => now, onError });
  const trade = () => market.publishTrades([{ symbol: 'BTC/USDT', price: '1', size: '1' }]);
  await trade();
  market.noteLost('BTC/USDT');
  await trade();
  now += 60_000;
  await trade();
  const { candles } = await market.candles('BTC/USDT', 'MINUTE_1', 2);
  expect(candles.map(({ incomplete = false }) => incomplete)).toEqual([false, true]);
  await market[Symbol.asyncDispose]();
});
