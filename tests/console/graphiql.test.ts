import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { startServer } from '../support/server.ts';

describe('GraphiQL', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it('T12 the Headers tab signs subscriptions in', { timeout: 60_000 }, async () => {
    await using server = await startServer();
    const headers = JSON.stringify({ authorization: `Bearer ${await server.token('alice')}` });
    const page = await browser.newPage();
    const query = 'subscription { inbox { sequence } }';
    const asked = page.waitForRequest((request) => request.url().includes('subscription%7Binbox'), {
      timeout: 30_000,
    });
    await page.goto(`${server.url}/graphql?query=${encodeURIComponent(query)}`);
    await page.getByRole('button', { name: 'Headers' }).click();
    const editor = page.locator('.graphiql-editor-tool .monaco-editor:visible').last();
    await editor.click();
    await page.keyboard.insertText(headers);
    await page.locator('.graphiql-execute-button').click();
    expect((await (await asked).allHeaders()).authorization).toContain('Bearer ');
    await expect.poll(() => server.app.stats().streaming.subscribers).toBeGreaterThan(0);
    await page.close();
  });
});
