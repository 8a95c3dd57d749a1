import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { startChild } from '../support/child-server.ts';
import { devToken } from './furnish.ts';

const SYMBOLS = 200;
const UPDATES_PER_SECOND = 10;
const WATCHED_MS = 10_000;
const TRACED_MS = 15_000;
/** What a frame may take at 60 a second. */
const FRAME_MS = 1000 / 60;
const LONG_MS = 50;
const MAX_MS = 100;

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly args?: { readonly name?: string };
}

/** Watches 200 symbols move ten times a second each, and says how long the page was kept busy at a stretch. */
async function main(): Promise<void> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'tickroom-trace-'));
  const server = await startChild({ FEEDS: 'none', DATA_DIR: dataDir, WEBSOCKET_PORT: '0' });
  const browser = await openBrowser();
  const symbols = Array.from({ length: SYMBOLS }, (_, i) => String(600_000 + i));
  const publishing = publishAll(server.url, await devToken(server, 'feed', ['PUBLISHER']), symbols);
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript(`localStorage.setItem('tickroom.watchlist', '${JSON.stringify(symbols)}')`);
    await page.goto(`${server.url}/`);
    await page.locator('.price').first().waitFor();
    await page.waitForTimeout(3000);
    await page.evaluate(
      'globalThis.frames0 = 0; (function tick() { frames0 += 1; requestAnimationFrame(tick); })()',
    );
    const acceptedBefore = publishing.accepted();
    const work = await workOf(page, WATCHED_MS);
    const published = ((publishing.accepted() - acceptedBefore) / work.ms) * 1000;
    const rate = await page.locator('.rates').innerText();
    // apart from the figures above: tracing costs the page time of its own
    await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline'] });
    await page.waitForTimeout(TRACED_MS);
    const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as { traceEvents: TraceEvent[] };
    report({ tasks: tasksOfPage(traceEvents), work, rate, published });
  } finally {
    publishing.stop();
    await browser.close();
    await server.kill();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** What the page's main thread did over a time, in milliseconds. */
interface Work {
  readonly ms: number;
  readonly frames: number;
  readonly task: number;
  readonly script: number;
  readonly style: number;
  readonly layout: number;
}

/** Frames depend on how busy the machine is; the time that the page itself needs for one depends on it much less. */
async function workOf(page: Page, forMs: number): Promise<Work> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const before = await countersOf(page, devtools);
  await page.waitForTimeout(forMs);
  const after = await countersOf(page, devtools);
  await devtools.detach();
  const spent = (name: string): number => ((after.get(name) ?? 0) - (before.get(name) ?? 0)) * 1000;
  return {
    ms: spent('Timestamp'),
    frames: spent('frames') / 1000,
    task: spent('TaskDuration'),
    script: spent('ScriptDuration'),
    style: spent('RecalcStyleDuration'),
    layout: spent('LayoutDuration'),
  };
}

async function countersOf(page: Page, devtools: CDPSession): Promise<ReadonlyMap<string, number>> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  const frames = await page.evaluate<number>('frames0');
  return new Map([['frames', frames], ...metrics.map(({ name, value }) => [name, value] as const)]);
}

interface Report {
  readonly tasks: readonly number[];
  readonly work: Work;
  readonly rate: string;
  readonly published: number;
}

function report({ tasks, work, rate, published }: Report): void {
  const long = tasks.filter((ms) => ms > LONG_MS);
  const longest = Math.max(0, ...tasks);
  const aFrame = (ms: number): string => (ms / work.frames).toFixed(1);
  const other = work.task - work.script - work.style - work.layout;
  console.log(
    `${SYMBOLS} symbols, ${UPDATES_PER_SECOND} updates/s each: ${Math.round(published)} published/s. ${rate.replaceAll('\n', ' ')}`,
  );
  console.log(
    `frames: ${((work.frames / work.ms) * 1000).toFixed(1)}/s · main thread ${aFrame(work.task)} ms a frame of ${FRAME_MS.toFixed(1)}` +
      ` (script ${aFrame(work.script)}, style ${aFrame(work.style)}, layout ${aFrame(work.layout)}, paint and other ${aFrame(other)})`,
  );
  console.log(`tasks over ${LONG_MS} ms: ${long.length} · longest: ${longest.toFixed(1)} ms`);
  if (longest > MAX_MS) {
    console.error(`A task took longer than ${MAX_MS} ms.`);
    process.exitCode = 1;
  }
}

/** Milliseconds of each task of the page's own thread. */
function tasksOfPage(events: readonly TraceEvent[]): number[] {
  const threads = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  return events
    .filter(
      ({ name, ph, pid, tid }) => name.endsWith('RunTask') && ph === 'X' && threads.has(`${pid}/${tid}`),
    )
    .map(({ dur = 0 }) => dur / 1000);
}

/** Moves all prices ten times a second, whether or not the last answer is there. */
function publishAll(url: string, token: string, symbols: readonly string[]) {
  const query = 'mutation ($input: [QuoteInput!]!) { publishQuotes(input: $input) { accepted } }';
  let round = 0;
  let accepted = 0;
  const timer = setInterval(() => {
    round += 1;
    const input = symbols.map((symbol, i) => ({
      symbol,
      price: (100 + i + Math.sin(round / 7 + i) * 2 + (round % 3) / 100).toFixed(2),
      previousClose: String(100 + i),
      volume: String(round * 100 + i),
    }));
    const body = JSON.stringify({ query, variables: { input } });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    fetch(`${url}/graphql`, { method: 'POST', headers, body }).then(
      (response) => {
        accepted += response.ok ? symbols.length : 0;
        return response.arrayBuffer();
      },
      () => {},
    );
  }, 1000 / UPDATES_PER_SECOND);
  return { stop: () => clearInterval(timer), accepted: () => accepted };
}

await main();
