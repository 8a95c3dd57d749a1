import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { openConsole } from '../support/console.ts';
import { freshPostgres } from '../support/places.ts';
import { User } from '../support/rooms.ts';
import { startServer } from '../support/server.ts';

const POLL = { timeout: 15_000 };
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Panels in which something is too wide; a chart's canvas follows its panel a frame later. */
const CUT_OFF = `[...document.querySelectorAll('.panel:not(.chart)')].filter((panel) => panel.scrollWidth > panel.clientWidth)
  .map((panel) => panel.className + ' ' + panel.scrollWidth + ' ' + panel.clientWidth)`;

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe-core finds serious on a page. */
async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<{ violations: Violation[] }>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

describe('the console is honest, and for everybody', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it('K7 when the server stops it says so, and when it is back it is live and moves again', async () => {
    const env = { FEEDS: 'simulator?rate=10', DATABASE_URL: await freshPostgres(), WEBSOCKET_PORT: '0' };
    const first = await startServer(env);
    env.WEBSOCKET_PORT = new URL(first.url).port;
    await using console = await openConsole(browser, first.url, { watchlist: ['AAPL'] });
    const price = (): Promise<string> => console.page.locator('.price').innerText();
    await expect.poll(price, POLL).toMatch(/\d/);
    await first[Symbol.asyncDispose]();
    await expect.poll(console.connection, POLL).toMatch(/Reconnecting in \d+ s/);
    expect(await console.page.getByRole('alert').innerText()).toContain('from before');
    const filter = await console.page.evaluate(`getComputedStyle(document.querySelector('.quotes')).filter`);
    expect(filter).toContain('grayscale');
    await using _second = await startServer(env);
    await console.page
      .getByRole('button', { name: 'Now' })
      .click({ timeout: 2000 })
      .catch(() => {});
    await expect.poll(console.connection, POLL).toContain('Live');
    const then = await price();
    await expect.poll(price, POLL).not.toBe(then);
  });

  it('K7 a token that the server refuses is told, and nothing pretends to be live', async () => {
    await using server = await startServer();
    await using console = await openConsole(browser, server.url);
    await console.page.evaluate(`localStorage.setItem('tickroom.token', '"nonsense"')`);
    await console.page.reload();
    await expect.poll(console.connection, POLL).toBe('Sign-in refused');
    expect(await console.page.getByRole('alert').innerText()).toContain('does not take this token');
  });

  it('K8 an administrator sees what the server does, and whom a broadcast will reach; others are asked to sign in', async () => {
    await using server = await startServer({ FEEDS: 'simulator?rate=20' });
    const [admin, bob] = await Promise.all([User.at(server, 'operator', 'ADMIN'), User.at(server, 'bob')]);
    await using guest = await openConsole(browser, server.url, { token: bob.token, route: 'operations' });
    await expect.poll(() => guest.page.locator('main').innerText(), POLL).toContain('ADMIN');
    await using console = await openConsole(browser, server.url, { token: admin.token, route: 'operations' });
    const { page } = console;
    await expect.poll(() => page.getByTestId('connections').innerText(), POLL).toBe('2');
    await guest.page.getByRole('link', { name: 'Markets' }).click();
    await expect
      .poll(async () => Number(await page.getByTestId('deliveries').innerText()), POLL)
      .toBeGreaterThan(20);
    expect(await page.getByRole('region', { name: 'Feeds' }).first().innerText()).toContain('Running');

    await page.getByRole('radio', { name: 'Certain users' }).check();
    await page.getByLabel('User ids, separated by commas').fill('bob, carol');
    expect(await page.getByTestId('audience').innerText()).toContain('2 users');
    await page.getByLabel('Message').fill('Maintenance at noon');
    await page.getByRole('button', { name: 'Send broadcast' }).click();
    await expect
      .poll(() => page.locator('.broadcast').innerText(), POLL)
      .toContain('Sent to 2: 1 had their inbox open');
    await expect.poll(() => guest.page.getByTestId('inbox-badge').innerText(), POLL).toContain('1');
  });

  it('K9 K10 no page has a serious accessibility violation, or is wider than a phone, in either theme', async () => {
    await using server = await startServer({ FEEDS: 'simulator?rate=2' });
    const admin = await User.at(server, 'operator', 'ADMIN');
    const room = await admin.createRoom({ name: 'Liquor stocks', description: 'What moves and why' });
    await admin.send(room, 'heavy today');
    await admin.ask(
      'mutation ($room: ID!) { broadcast(to: { room: $room }, input: { content: "We close early" }) { recipients } }',
      { room },
    );
    const looks = [
      { theme: 'light', language: 'en', width: 1440 },
      { theme: 'dark', language: 'zh', width: 375 },
    ] as const;
    for (const { theme, language, width } of looks) {
      await using console = await openConsole(browser, server.url, {
        token: admin.token,
        theme,
        language,
        width,
      });
      const { page } = console;
      for (const [route, landmark] of [
        ['markets', 'tr[data-symbol] .price'],
        ['markets/600519', '.rung'],
        [`rooms/${room}`, '.message'],
        ['inbox', '.inbox-item'],
        ['operations', '.figure'],
      ] as const) {
        await page.evaluate(`location.hash = '#/${route}'`);
        await expect.poll(() => page.locator(landmark).count(), POLL).toBeGreaterThan(0);
        // in the middle of a flash a colour is none of the palette
        await page.emulateMedia({ reducedMotion: 'reduce' });
        expect(await seriousViolations(page), `${route} ${theme} ${width}`).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth'), route).toBeLessThanOrEqual(width);
        expect(await page.evaluate('document.documentElement.scrollHeight'), route).toBeLessThanOrEqual(900);
        expect(await page.evaluate(CUT_OFF), `${route} ${width}`).toEqual([]);
      }
    }
  });
});
