import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';

export interface ConsoleOptions {
  readonly token?: string | undefined;
  /** The server gave the token for the asking. */
  readonly isGiven?: boolean;
  /** with which it asks the server for tokens */
  readonly devNonce?: string | undefined;
  /** after `#/` */
  readonly route?: string;
  readonly watchlist?: readonly string[];
  readonly columns?: readonly string[];
  readonly language?: 'en' | 'zh';
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

/** Somebody with the console open, in a browser of their own as far as storage and cookies go. */
export interface OpenConsole extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page threw. */
  readonly errors: readonly string[];
  connection(): Promise<string>;
}

/** Opens the console of a server, and waits until it is live. */
export async function openConsole(
  browser: Browser,
  url: string,
  options: ConsoleOptions = {},
): Promise<OpenConsole> {
  const {
    token,
    isGiven,
    devNonce,
    watchlist,
    columns,
    language = 'en',
    theme = 'light',
    route = 'markets',
  } = options;
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    locale: 'en-US',
  });
  const kept = { token, 'token-given': isGiven, 'dev-nonce': devNonce, watchlist, columns, language, theme };
  for (const [name, value] of Object.entries(kept)) {
    if (value === undefined) continue;
    const entry = [`tickroom.${name}`, JSON.stringify(value)].map((text) => JSON.stringify(text)).join(', ');
    // a choice that is made later must outlive a reload
    await context.addInitScript(`localStorage.getItem('tickroom.${name}') ?? localStorage.setItem(${entry})`);
  }
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('dialog', (dialog) => void dialog.accept());
  await page.goto(`${url}/#/${route}`);
  const connection = (): Promise<string> => page.getByTestId('connection').innerText();
  await expect
    .poll(connection, { timeout: 10_000 })
    .toContain('language' in kept && language === 'zh' ? '实时' : 'Live');
  return {
    page,
    context,
    errors,
    connection,
    async [Symbol.asyncDispose]() {
      await context.close();
      expect(errors).toEqual([]);
    },
  };
}
