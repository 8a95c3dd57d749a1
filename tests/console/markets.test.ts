import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { openConsole } from '../support/console.ts';
import { startServer, type TestServer } from '../support/server.ts';

const POLL = { timeout: 10_000 };

describe('the console shows markets', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  const bookOf = async (server: TestServer, symbol: string) => {
    const { data } = await server.post(
      'query ($symbol: Symbol!) { orderBook(symbol: $symbol, depth: 10) { bids { price size } asks { price size } } }',
      { symbol },
    );
    return data?.orderBook as { bids: object[]; asks: object[] };
  };

  it('K1 prices of the watchlist move as they are published, with their direction', async () => {
    await using server = await startServer();
    await using console = await openConsole(browser, server.url, { watchlist: ['AAPL', '600519'] });
    const row = console.page.locator('tr[data-symbol="AAPL"]');
    for (const [price, flash] of [
      ['231.50', undefined],
      ['231.70', 'flash-up'],
      ['1231.60', 'flash-up'],
      ['231.10', 'flash-down'],
    ] as const) {
      await server.publish('publishQuotes', [{ symbol: 'AAPL', price, previousClose: '231.30' }]);
      const shown = price === '1231.60' ? '1,231.60' : price;
      await expect.poll(() => row.locator('.price').innerText(), POLL).toBe(shown);
      if (flash) expect(await row.locator('.price').getAttribute('class')).toContain(flash);
    }
    expect(await row.locator('.cell-change').innerText()).toBe('−0.20');
    expect(await row.getByRole('img', { name: 'down' }).count()).toBe(1);
  });

  it('K1 a symbol is searched, added, kept over a reload and removed, by keyboard', async () => {
    await using server = await startServer({ FEEDS: 'simulator?rate=1' });
    await using console = await openConsole(browser, server.url, { watchlist: ['AAPL'] });
    const { page } = console;
    const search = page.getByRole('combobox', { name: 'Add a symbol' });
    await search.fill('apple');
    await expect.poll(() => page.getByRole('option').count(), POLL).toBeGreaterThan(0);
    await search.fill('NVI');
    await expect.poll(() => page.getByRole('option').first().innerText(), POLL).toContain('NVDA');
    await search.press('Enter');
    const row = page.locator('tr[data-symbol="NVDA"]');
    await expect.poll(() => row.locator('.price').innerText(), POLL).toMatch(/^\d+\.\d\d$/);
    await page.reload();
    await expect.poll(() => row.count(), POLL).toBe(1);
    await page.getByRole('button', { name: 'Remove NVDA from the watchlist' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => row.count(), POLL).toBe(0);
  });

  it('K17 a symbol that the server does not take is not added, and one that was kept is dropped, with the reason', async () => {
    await using server = await startServer();
    await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '231.50' }]);
    await using console = await openConsole(browser, server.url, { watchlist: ['AAPL', 'no symbol!', '??'] });
    const { page } = console;
    const kept = (): Promise<string[]> =>
      page.evaluate<string[]>(`JSON.parse(localStorage.getItem('tickroom.watchlist'))`);
    const price = page.locator('tr[data-symbol="AAPL"] .price');
    await expect.poll(() => price.innerText(), POLL).toBe('231.50');
    expect(await kept()).toEqual(['AAPL']);
    const notes = () => page.getByRole('alert').allInnerTexts();
    expect((await notes()).join()).toContain(
      'no symbol! is not in the watchlist. "no symbol!" is not a symbol',
    );
    const search = page.getByRole('combobox', { name: 'Add a symbol' });
    await search.fill('A A P L');
    await expect.poll(() => page.getByRole('option').first().innerText(), POLL).toContain('anyway');
    await search.press('Enter');
    await expect.poll(async () => (await notes()).join(), POLL).toContain('"A A P L" is not a symbol');
    expect(await kept()).toEqual(['AAPL']);
    await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '231.60' }]);
    await expect.poll(() => price.innerText(), POLL).toBe('231.60');
    await page.reload();
    await expect.poll(() => price.innerText(), POLL).toBe('231.60');
    expect(await notes()).toEqual([]);
  });

  it('K1 a symbol that is heard of no more looks stale', async () => {
    await using server = await startServer({ STALE_AFTER_MS: '300' });
    await using console = await openConsole(browser, server.url, { watchlist: ['BTC/USDT'] });
    await server.publish('publishQuotes', [{ symbol: 'BTC/USDT', price: '1.50' }]);
    const row = console.page.locator('tr[data-symbol="BTC/USDT"]');
    await expect.poll(() => row.getAttribute('class'), POLL).toContain('is-stale');
    expect(await row.innerText()).toContain('stale');
  });

  it('K2 the ladder is the order book, level by level, and the tape tells every trade', async () => {
    await using server = await startServer();
    const levels = (from: number, step: number) =>
      Array.from({ length: 12 }, (_, i) => ({ price: (from + i * step).toFixed(2), size: String(100 + i) }));
    const publish = (best: number): Promise<void> =>
      server.publish('publishOrderBook', {
        symbol: 'AAPL',
        bids: levels(best, -0.01),
        asks: levels(best + 0.02, 0.01),
      });
    await publish(231);
    await using console = await openConsole(browser, server.url, { route: 'markets/AAPL' });
    const { page } = console;
    const shown = async () => {
      const rungs = await page.locator('.rung').all();
      const read = await Promise.all(
        rungs.map(async (rung) => ({
          side: await rung.getAttribute('data-side'),
          price: await rung.getAttribute('data-price'),
          size: await rung.getAttribute('data-size'),
        })),
      );
      const of = (side: string) =>
        read.flatMap((one) => (one.side === side ? [{ price: one.price, size: one.size }] : []));
      return { bids: of('bid'), asks: of('ask').toReversed() };
    };
    for (const best of [231, 229.5, 240]) {
      await publish(best);
      await expect.poll(shown, POLL).toEqual(await bookOf(server, 'AAPL'));
    }
    expect(await page.locator('.ladder .spread').innerText()).toContain('0.02');

    const sizes = ['3', '5', '8'];
    await server.publish(
      'publishTrades',
      sizes.map((size) => ({ symbol: 'AAPL', price: '240.01', size, side: 'BUY' })),
    );
    const tape = page.locator('.tape tbody tr');
    await expect.poll(() => tape.count(), POLL).toBe(3);
    expect(await tape.locator('td:nth-child(3)').allInnerTexts()).toEqual(sizes.toReversed());
    await expect.poll(() => page.getByTestId('price').innerText(), POLL).toBe('240.01');
  });

  it('K16 the chart begins with the candles of before, and goes on with each trade', async () => {
    await using server = await startServer({ STALE_AFTER_MS: '1500' });
    // far from where days begin, of a market that never closes
    const now = new Date().setUTCHours(-6, 0, 30, 0);
    const trade = (price: string, minutesAgo: number) => ({
      symbol: 'BTC/USDT',
      price,
      size: '100',
      exchangeTime: new Date(now - minutesAgo * 60_000).toISOString(),
    });
    await server.publish('publishTrades', [trade('231.50', 600), trade('1231', 3), trade('229.25', 0)]);
    await using console = await openConsole(browser, server.url, { route: 'markets/BTC%2FUSDT' });
    const { page } = console;
    const count = (): Promise<string | null> => page.getByTestId('candles').getAttribute('data-count');
    const figures = (): Promise<string[]> => page.getByTestId('candle').locator('dd').allInnerTexts();
    await expect.poll(count, POLL).toBe('3');
    expect((await figures()).slice(1)).toEqual(['229.25', '229.25', '229.25', '229.25', '100']);

    // live, and of the same minute
    await server.publish('publishTrades', [trade('230.75', 0), trade('228', 0), trade('229', 0)]);
    const grown = ['229.25', '230.75', '228', '229', '400'];
    await expect.poll(async () => (await figures()).slice(1), POLL).toEqual(grown);
    await page.reload();
    await expect.poll(async () => (await figures()).slice(1), POLL).toEqual(grown);
    expect(await count()).toBe('3');

    await page.getByRole('radio', { name: '1 min', exact: true }).focus();
    for (let i = 0; i < 4; i += 1) await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('radio', { name: '1 day' }).isChecked()).toBe(true);
    await expect.poll(async () => (await figures())[2], POLL).toBe('1,231');
    await server.publish('publishTrades', [trade('2000', 0)]);
    await expect.poll(async () => (await figures())[2], POLL).toBe('2,000');
    await page.reload();
    expect(await page.getByRole('radio', { name: '1 day' }).isChecked()).toBe(true);
    await expect
      .poll(() => page.locator('.chart-canvas').getAttribute('class'), { timeout: 15_000 })
      .toContain('is-stale');
    expect(await page.getByTestId('candles').innerText()).toContain('Nothing was heard');

    await page.evaluate(`location.hash = '#/markets/MSFT'`);
    await expect.poll(() => page.getByText('Nothing was traded yet').isVisible(), POLL).toBe(true);
  });

  it('K3 hiding columns asks for less, and less comes', async () => {
    await using server = await startServer({ FEEDS: 'simulator?rate=10' });
    const columns = ['price', 'change', 'changePercent', 'volume', 'turnover', 'bidAsk', 'range', 'time'];
    await using console = await openConsole(browser, server.url, { columns });
    const { page } = console;
    const bytes = async (): Promise<number> => {
      const [amount = '', unit] = (await page.getByTestId('bytes-per-second').innerText()).split(' ');
      return Number(amount) * (unit === 'kB/s' ? 1000 : 1);
    };
    await expect.poll(bytes, POLL).toBeGreaterThan(5000);
    await page.getByRole('button', { name: 'Columns' }).click();
    for (const name of ['Received', 'Turnover', 'Bid / ask', 'Volume', 'Low – high', 'Change %', 'Change']) {
      await page.getByRole('checkbox', { name, exact: true }).uncheck();
    }
    expect(await page.locator('.selection code').innerText()).toContain('{ symbol stale price }');
    const before = await page.getByTestId('bytes-before').innerText();
    expect(before).toContain('before');
    await expect.poll(bytes, POLL).toBeLessThan(2500);
    expect(await page.locator('tr[data-symbol="AAPL"] td').count()).toBe(2);
  });
});
