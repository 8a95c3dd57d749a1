import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { startChild } from '../support/child-server.ts';
import { chineseFontEnvironment } from '../support/chinese-font.ts';
import { furnish } from './furnish.ts';

/** Takes a picture of every page, light and dark, on a desk and on a phone. `--out` says where to. */
const { values } = parseArgs({
  options: { out: { type: 'string', default: 'screenshots' }, only: { type: 'string' } },
});
const SIZES = [
  { width: 1440, height: 900 },
  { width: 375, height: 812 },
];
const LANGUAGES = { light: 'en', dark: 'zh' } as const;
/** So long there are candles and rates to be seen. */
const GROW_MS = 40_000;

async function main(): Promise<void> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'tickroom-screenshots-'));
  mkdirSync(values.out, { recursive: true });
  const server = await startChild({ FEEDS: 'simulator?rate=12', DATA_DIR: dataDir, WEBSOCKET_PORT: '0' });
  const browser = await openBrowser(chineseFontEnvironment());
  try {
    const { token, roomIds } = await furnish(server.url);
    const pages = {
      markets: 'markets',
      symbol: 'markets/600519',
      rooms: `rooms/${roomIds[0]}`,
      inbox: 'inbox',
      operations: 'operations',
    };
    for (const theme of ['light', 'dark'] as const) {
      for (const size of SIZES) {
        const page = await open(browser, { theme, size, token, roomIds });
        await page.goto(`${server.url}/#/markets/600519`);
        await page.waitForTimeout(GROW_MS);
        for (const [name, route] of Object.entries(pages)) {
          if (values.only && values.only !== name) continue;
          await page.evaluate(`location.hash = '#/${route}'`);
          await page.waitForTimeout(name === 'rooms' || name === 'inbox' ? 1500 : 7000);
          await page.screenshot({ path: path.join(values.out, `${name}-${theme}-${size.width}.png`) });
        }
        await page.context().close();
      }
    }
  } finally {
    await browser.close();
    await server.kill();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

interface Look {
  readonly theme: 'light' | 'dark';
  readonly size: { readonly width: number; readonly height: number };
  readonly token: string;
  readonly roomIds: readonly string[];
}

async function open(browser: Browser, { theme, size, token, roomIds }: Look): Promise<Page> {
  const context = await browser.newContext({ viewport: size, locale: 'en-US' });
  const kept = { token, theme, language: LANGUAGES[theme], 'open-rooms': roomIds };
  for (const [name, value] of Object.entries(kept)) {
    const entry = [`tickroom.${name}`, JSON.stringify(value)].map((text) => JSON.stringify(text)).join(', ');
    await context.addInitScript(`localStorage.setItem(${entry})`);
  }
  return context.newPage();
}

await main();
