import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
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
const THEMES = ['light', 'dark'] as const;
/** So long there are candles and rates to be seen; all pages grow at the same time. */
const GROW_MS = 25_000;
const WAIT = { timeout: 30_000 };

interface Subject {
  readonly name: string;
  /** after `#/` */
  readonly route: string;
  /** what is there when the page has what it shows */
  readonly landmark: string;
  readonly grows: boolean;
}

const subjectsOf = (roomId: string): readonly Subject[] => [
  { name: 'rooms', route: `rooms/${roomId}`, landmark: '.message', grows: false },
  { name: 'inbox', route: 'inbox', landmark: '.inbox-item', grows: false },
  { name: 'operations', route: 'operations', landmark: '.figure', grows: true },
  { name: 'markets', route: 'markets', landmark: 'tr[data-symbol] .sparkline', grows: true },
  { name: 'symbol', route: 'markets/600519', landmark: '.tape tbody tr', grows: true },
];

const started = performance.now();
const say = (text: string): void =>
  console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s  ${text}`);

async function main(): Promise<void> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'tickroom-screenshots-'));
  mkdirSync(values.out, { recursive: true });
  const [server, browser] = await Promise.all([
    startChild({ FEEDS: 'simulator?rate=12', DATA_DIR: dataDir, WEBSOCKET_PORT: '0' }),
    openBrowser(chineseFontEnvironment()),
  ]);
  try {
    say('The server and the browser are there.');
    await using furnished = await furnish(server);
    const { token, roomIds } = furnished;
    const subjects = subjectsOf(roomIds[0] ?? '').filter(({ name }) => !values.only || values.only === name);
    const wanted = subjects.length * THEMES.length * SIZES.length;
    const opened = await Promise.all(
      THEMES.map(async (theme) => {
        const context = await contextOf(browser, { theme, token, roomIds });
        return Promise.all(
          subjects.map(async (subject) => ({
            theme,
            subject,
            page: await open(context, server.url, subject),
          })),
        );
      }),
    );
    const grownAt = performance.now() + GROW_MS;
    say(`${opened.flat().length} pages are open.`);
    let taken = 0;
    for (const grows of [false, true]) {
      const due = opened.flat().filter(({ subject }) => subject.grows === grows);
      const left = grownAt - performance.now();
      if (grows && due.length > 0 && left > 0) {
        say(`${(left / 1000).toFixed(0)} s until there is something to be seen of prices and rates.`);
        await due[0]?.page.waitForTimeout(left);
      }
      for (const { theme, subject, page } of due) {
        for (const size of SIZES) {
          const file = path.join(values.out, `${subject.name}-${theme}-${size.width}.png`);
          await page.setViewportSize(size);
          await settle(page, subject);
          await page.screenshot({ path: file });
          taken += 1;
          say(`${String(taken).padStart(2)}/${wanted}  ${file}`);
        }
        // what is not open costs those that are no time
        await page.close();
      }
    }
  } finally {
    await browser.close();
    await server.kill();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

interface Look {
  readonly theme: (typeof THEMES)[number];
  readonly token: string;
  readonly roomIds: readonly string[];
}

async function contextOf(browser: Browser, { theme, token, roomIds }: Look): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: SIZES[0] ?? null, locale: 'en-US' });
  const kept = { token, theme, language: LANGUAGES[theme], 'open-rooms': roomIds };
  for (const [name, value] of Object.entries(kept)) {
    const entry = [`tickroom.${name}`, JSON.stringify(value)].map((text) => JSON.stringify(text)).join(', ');
    await context.addInitScript(`localStorage.setItem(${entry})`);
  }
  return context;
}

async function open(context: BrowserContext, url: string, { route, landmark }: Subject): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${url}/#/${route}`);
  await page.locator(landmark).first().waitFor(WAIT);
  return page;
}

/** A page that got another size is laid out, and its charts are drawn, two frames later. */
async function settle(page: Page, { landmark }: Subject): Promise<void> {
  await page.locator(landmark).first().waitFor(WAIT);
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
}

await main();
