import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { type ConsoleOptions, type OpenConsole, openConsole } from '../support/console.ts';
import { User } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

const POLL = { timeout: 30_000 };
const TTL_SECONDS = 12;

describe('a session of the console outlasts its token', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  /** Bob in a room, with a token that ends soon. */
  async function openRoom(server: TestServer, options: ConsoleOptions = {}, ttlSeconds = TTL_SECONDS) {
    const [alice, bob] = await Promise.all([User.at(server, 'alice'), User.at(server, 'bob')]);
    const room = await alice.createRoom({ name: 'Desk' });
    await bob.join(room);
    await alice.send(room, 'before');
    const token = await server.token('bob', undefined, ttlSeconds);
    const ends = Date.now() + ttlSeconds * 1000;
    const console = await openConsole(browser, server.url, { token, route: `rooms/${room}`, ...options });
    await expect.poll(() => said(console), POLL).toEqual(['before']);
    let sockets = 0;
    console.page.on('websocket', () => {
      sockets += 1;
    });
    const over = () => expect.poll(() => Date.now() > ends + 1000, POLL).toBe(true);
    return { alice, room, token, console, over, newSockets: () => sockets };
  }

  const said = ({ page }: OpenConsole): Promise<string[]> => page.locator('.message-body').allInnerTexts();
  const keptToken = ({ page }: OpenConsole): Promise<string> =>
    page.evaluate<string>(`JSON.parse(localStorage.getItem('tickroom.token'))`);
  const paste = async ({ page }: OpenConsole, token: string): Promise<void> => {
    await page.getByRole('textbox', { name: 'Token' }).fill(token);
    await page.getByRole('button', { name: 'Sign in with token' }).click();
  };

  it('K15 a token that was given is replaced before its end, and nobody notices', async () => {
    await using server = await startServer();
    const { console, ...rest } = await openRoom(server, {
      isGiven: true,
      devNonce: new URL(server.app.consoleUrl).searchParams.get('dev') ?? undefined,
    });
    await using _console = console;
    await expect.poll(() => keptToken(console), POLL).not.toBe(rest.token);
    await rest.over();
    await rest.alice.send(rest.room, 'after');
    await expect.poll(() => said(console), POLL).toEqual(['before', 'after']);
    expect(await console.page.getByRole('alert').count()).toBe(0);
    expect(rest.newSockets()).toBe(0);
  });

  it('K15 a pasted token is said to end, and a new one of the same user goes on where it ended', async () => {
    await using server = await startServer();
    const { console, ...rest } = await openRoom(server);
    await using _console = console;
    const { page } = console;
    await expect.poll(() => page.getByRole('alert').innerText(), POLL).toMatch(/ends at \d\d:\d\d/);
    await page.getByRole('button', { name: 'Paste a new token' }).click();
    await paste(console, `${await server.token('bob')}x`);
    await expect.poll(() => page.getByRole('dialog').getByRole('alert').count(), POLL).toBe(1);
    expect(await keptToken(console)).toBe(rest.token);
    await paste(console, await server.token('bob'));
    await expect.poll(() => page.getByRole('alert').count(), POLL).toBe(0);
    await rest.over();
    await rest.alice.send(rest.room, 'after');
    await expect.poll(() => said(console), POLL).toEqual(['before', 'after']);
    expect(rest.newSockets()).toBe(0);
  });

  it('K15 after its end nothing looks live, until there is a new token', async () => {
    await using server = await startServer();
    const { console, ...rest } = await openRoom(server, {}, 6);
    await using _console = console;
    const { page } = console;
    await rest.over();
    await expect.poll(() => page.getByRole('alert').first().innerText(), POLL).toContain('ended at');
    expect(await page.locator('.shell').getAttribute('data-live')).toBe('false');
    await page.getByRole('button', { name: 'Paste a new token' }).click();
    await paste(console, await server.token('bob'));
    await expect.poll(() => page.locator('.shell').getAttribute('data-live'), POLL).toBe('true');
    await rest.alice.send(rest.room, 'after');
    await expect.poll(() => said(console), POLL).toEqual(['before', 'after']);
  });
});
