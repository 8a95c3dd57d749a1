import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../src/bench/free-port.ts';
import { openBrowser } from '../support/browser.ts';
import { type ChildServer, startChild } from '../support/child-server.ts';
import { freshPostgres } from '../support/places.ts';
import { SECRET, signFor } from '../support/server.ts';
import { runExample } from './example.ts';

const POLL = { timeout: 30_000, interval: 50 };

describe('the pages among the examples', () => {
  let env: Record<string, string>;
  let server: ChildServer;
  let browser: Browser;
  beforeAll(async () => {
    env = {
      WEBSOCKET_PORT: String(await freePort()),
      DATABASE_URL: await freshPostgres(),
      AUTH_SECRET: SECRET,
      FEEDS: 'simulator?rate=5',
    };
    [server, browser] = await Promise.all([startChild(env), openBrowser()]);
  });
  afterAll(() => Promise.all([browser.close(), server.kill()]));

  const prices = (page: Page): Promise<string[]> =>
    page.locator('tr[data-symbol] td:first-of-type').allInnerTexts();

  it.each([
    ['urql', 'urql-react'],
    ['Apollo Client', 'apollo-react'],
  ])('E5 quotes with %s move, and go on after the server was restarted', async (_name, folder) => {
    const port = await freePort();
    await using vite = runExample(folder, server.url, {
      extra: `--host 127.0.0.1 --port ${port} --strictPort`,
      env: { TICKROOM_TOKEN: await signFor('alice') },
    });
    await expect.poll(() => vite.printed, POLL).toContain(String(port));
    const page = await browser.newPage();
    const thrown: string[] = [];
    page.on('pageerror', ({ message }) => thrown.push(message));
    await page.goto(`http://127.0.0.1:${port}/`, { timeout: POLL.timeout });
    await expect.poll(() => page.locator('tr[data-symbol]').count(), POLL).toBe(3);
    const moved = async (): Promise<void> => {
      const before = (await prices(page)).join();
      await expect.poll(async () => (await prices(page)).join(), POLL).not.toBe(before);
    };
    await moved();
    await server.kill();
    const offline = (await prices(page)).join();
    server = await startChild(env);
    await expect.poll(async () => (await prices(page)).join(), POLL).not.toBe(offline);
    await moved();
    if (folder === 'urql-react') {
      await expect.poll(() => page.locator('li[data-sequence]').count(), POLL).toBeGreaterThan(2);
    }
    expect(await page.getByRole('alert').allInnerTexts()).toEqual([]);
    expect(thrown).toEqual([]);
    await page.close();
  });
});
