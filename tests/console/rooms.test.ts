import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { type OpenConsole, openConsole } from '../support/console.ts';
import { User } from '../support/rooms.ts';
import { startServer } from '../support/server.ts';

const POLL = { timeout: 15_000 };

describe('the console carries conversations', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  const said = ({ page }: OpenConsole): Promise<string[]> =>
    page.locator('.message:not(.is-pending) .message-body').allInnerTexts();
  const write = async ({ page }: OpenConsole, text: string): Promise<void> => {
    const composer = page.getByRole('textbox', { name: /^Write to/ });
    await composer.fill(text);
    await composer.press('Enter');
  };

  it('K4 K7 two browsers chat; one goes offline and comes back: nothing is lost, nothing is doubled', async () => {
    await using server = await startServer();
    const [alice, bob] = await Promise.all([User.at(server, 'alice'), User.at(server, 'bob')]);
    const room = await alice.createRoom({ name: 'Liquor stocks' });
    await bob.join(room);
    const route = `rooms/${room}`;
    await using one = await openConsole(browser, server.url, { token: alice.token, route });
    await using other = await openConsole(browser, server.url, { token: bob.token, route });
    await expect.poll(() => other.page.locator('.room .panel-head').innerText(), POLL).toContain('2 online');
    const expected: string[] = [];
    const say = async (from: OpenConsole, text: string): Promise<void> => {
      expected.push(text);
      await write(from, text);
    };
    await say(one, 'heavy today');
    await expect.poll(() => said(other), POLL).toEqual(expected);
    await say(other, 'indeed');
    await expect.poll(() => said(one), POLL).toEqual(expected);

    await other.context.setOffline(true);
    await expect.poll(other.connection, POLL).toContain('Reconnecting');
    for (let i = 1; i <= 5; i += 1) await say(one, `while away ${i}`);
    await expect.poll(() => said(one), POLL).toEqual(expected);
    expect(await said(other)).toEqual(expected.slice(0, 2));
    await write(other, 'sent while away');
    await expect
      .poll(() => other.page.locator('.message.is-pending').innerText(), POLL)
      .toContain('sending…');
    await other.context.setOffline(false);
    await expect.poll(other.connection, POLL).toMatch(/Live · resumed, \d+ missed messages? replayed/);
    expected.push('sent while away');
    await expect.poll(() => said(one), POLL).toEqual(expected);
    await expect.poll(() => said(other), POLL).toEqual(expected);
    expect(await other.page.locator('.message.is-pending').count()).toBe(0);
  });

  it('K5 rooms are created, joined by password, read back, edited, left by who is kicked, changed and deleted', async () => {
    await using server = await startServer();
    const [alice, bob] = await Promise.all([User.at(server, 'alice'), User.at(server, 'bob')]);
    await using one = await openConsole(browser, server.url, { token: alice.token, route: 'rooms' });
    await one.page.getByRole('button', { name: 'New room' }).click();
    await one.page.getByRole('textbox', { name: 'Name' }).fill('Vault');
    await one.page.getByRole('radio', { name: /Protected/ }).check();
    await one.page.getByRole('textbox', { name: 'Password' }).fill('sesame');
    await one.page.getByRole('button', { name: 'Create a room' }).click();
    await expect.poll(() => one.page.locator('.room h2').innerText(), POLL).toBe('Vault');
    const room = (await one.page.locator('.room').getAttribute('data-room')) ?? '';
    for (let i = 1; i <= 60; i += 1) await alice.send(room, `line ${i}`);

    await one.page.getByRole('button', { name: /online/ }).click();
    const people = one.page.locator('.members li');
    await expect.poll(() => people.count(), POLL).toBe(1);

    await using other = await openConsole(browser, server.url, { token: bob.token, route: 'rooms' });
    await other.page.getByRole('button', { name: 'Join Vault' }).click();
    await other.page.getByRole('textbox', { name: 'Password' }).fill('wrong');
    const join = other.page.getByRole('dialog').getByRole('button', { name: 'Join' });
    await join.click();
    await expect.poll(() => other.page.getByRole('alert').innerText(), POLL).toContain('password');
    await other.page.getByRole('textbox', { name: 'Password' }).fill('sesame');
    await join.click();
    await expect.poll(() => said(other).then(({ length }) => length), POLL).toBe(50);
    await other.page.getByRole('button', { name: 'Earlier messages' }).click();
    await expect.poll(() => said(other), POLL).toEqual(Array.from({ length: 60 }, (_, i) => `line ${i + 1}`));

    await write(other, 'teh end');
    await expect.poll(() => said(one).then((all) => all.at(-1)), POLL).toBe('teh end');
    const last = other.page.locator('.message').last();
    await last.hover();
    await last.getByRole('button', { name: 'Edit' }).click();
    await other.page.getByRole('textbox', { name: 'Edit' }).fill('the end');
    await other.page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => said(one).then((all) => all.at(-1)), POLL).toBe('the end (edited)');
    const seenLast = one.page.locator('.message').last();
    await seenLast.hover();
    await seenLast.getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => said(other).then((all) => all.at(-1)), POLL).toBe('Deleted');

    expect(await people.allInnerTexts()).toEqual([
      expect.stringContaining('alice'),
      expect.stringContaining('bob'),
    ]);
    await one.page.getByRole('button', { name: 'Kick' }).click();
    await expect
      .poll(() => other.page.locator('.room').innerText(), POLL)
      .toContain('You no longer have access');

    expect(await one.page.locator('.day').allInnerTexts()).toEqual(['Today']);
    await one.page.getByRole('button', { name: 'Settings of Vault' }).click();
    await one.page.getByRole('textbox', { name: 'Name' }).fill('Cellar');
    await one.page.getByRole('combobox', { name: 'State' }).selectOption('ARCHIVED');
    await one.page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => one.page.locator('.room h2').innerText(), POLL).toBe('Cellar');
    expect(await one.page.locator('.room').innerText()).toContain('not active');
    await one.page.getByRole('button', { name: 'Settings of Cellar' }).click();
    await one.page.getByRole('button', { name: 'Delete room' }).click();
    await expect.poll(() => one.page.locator('.room').count(), POLL).toBe(0);
    await expect.poll(() => one.page.locator('.room-list').innerText(), POLL).not.toContain('Cellar');
  });

  it('K5 K6 a long list of rooms is read page by page and searched to its end, and those of my own are all there', async () => {
    await using server = await startServer();
    const [alice, bob] = await Promise.all([User.at(server, 'alice'), User.at(server, 'bob')]);
    for (let i = 1; i <= 120; i += 1) await bob.createRoom({ name: `Room ${String(i).padStart(3, '0')}` });
    const own = await alice.createRoom({ name: 'Zebra' });
    await bob.join(own);
    await using console = await openConsole(browser, server.url, { token: alice.token, route: 'rooms' });
    const { page } = console;
    // one's own rooms do not wait until all before them were read
    const mine = page.getByRole('list', { name: 'My rooms' });
    await expect.poll(() => mine.getByRole('link').allInnerTexts(), POLL).toHaveLength(1);
    await bob.send(own, 'hello');
    await expect.poll(() => mine.getByRole('link').innerText(), POLL).toContain('1 unread');
    await expect.poll(() => page.getByTestId('rooms-badge').innerText(), POLL).toContain('1');
    const names = page.getByRole('list', { name: 'Rooms to join' }).locator('b');
    await expect.poll(() => names.count(), POLL).toBe(100);
    const search = page.getByRole('searchbox');
    await search.fill('room 117');
    await expect.poll(() => names.allInnerTexts(), POLL).toEqual(['Room 117']);
    await search.fill('zeb');
    await expect.poll(() => mine.getByRole('link').innerText(), POLL).toContain('Zebra');
    await search.fill('');
    await page.getByRole('button', { name: 'Show more' }).click();
    await expect.poll(() => names.count(), POLL).toBe(120);
    expect(await names.last().innerText()).toBe('Room 120');
    expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
  });

  it('K6 R14 invitations are accepted, declined or blocked, and read messages are read on every device', async () => {
    await using server = await startServer();
    const [alice, bob, carol] = await Promise.all([
      User.at(server, 'alice'),
      User.at(server, 'bob'),
      User.at(server, 'carol'),
    ]);
    const invite = async (by: User, name: string): Promise<string> => {
      const room = await by.createRoom({ name, type: 'PRIVATE' });
      await by.ask('mutation ($r: ID!) { inviteToRoom(roomId: $r, userId: "bob") { state } }', {
        r: room,
      });
      return room;
    };
    const den = await invite(alice, 'Den');
    await invite(carol, 'Cave');
    await using console = await openConsole(browser, server.url, { token: bob.token, route: 'rooms' });
    const { page } = console;
    const invitations = page.getByRole('list', { name: 'Invitations' });
    await expect.poll(() => invitations.locator('b').allInnerTexts(), POLL).toEqual(['Cave', 'Den']);
    await invitations.getByRole('listitem').filter({ hasText: 'Cave' }).getByText('Block').click();
    await expect.poll(() => invitations.locator('b').allInnerTexts(), POLL).toEqual(['Den']);
    await invite(carol, 'Hole');
    await invitations.getByText('Accept').click();
    await expect.poll(() => page.locator('.room').getAttribute('data-room'), POLL).toBe(den);
    await expect.poll(() => invitations.count(), POLL).toBe(0);
    await using elsewhere = await openConsole(browser, server.url, { token: bob.token, route: 'rooms' });
    await page
      .getByRole('link', { name: /^Markets/ })
      .first()
      .click();
    await alice.send(den, 'one');
    await expect.poll(() => elsewhere.page.getByTestId('rooms-badge').innerText(), POLL).toContain('1');
    await page.getByRole('link', { name: /^Rooms/ }).click();
    await page.getByRole('link', { name: /Den/ }).click();
    await expect.poll(() => elsewhere.page.getByTestId('rooms-badge').count(), POLL).toBe(0);
  });

  it('K6 what is unread is counted, in rooms and in the inbox, until it is read', async () => {
    await using server = await startServer();
    const [alice, bob] = await Promise.all([User.at(server, 'alice'), User.at(server, 'bob')]);
    const room = await alice.createRoom({ name: 'Quiet' });
    await bob.join(room);
    await using console = await openConsole(browser, server.url, { token: bob.token });
    await expect.poll(() => server.app.stats().streaming.subscribers, POLL).toBeGreaterThan(2);
    for (const text of ['one', 'two', 'three']) await alice.send(room, text);
    const badge = (page: string) => console.page.getByTestId(`${page}-badge`);
    await expect.poll(() => badge('rooms').innerText(), POLL).toContain('3');
    expect(await console.page.title()).toBe('(3) Markets · Tickroom');
    const tab = await console.context.newPage();
    await tab.goto(`${server.url}/#/markets`);
    await expect.poll(() => tab.getByTestId('rooms-badge').innerText(), POLL).toContain('3');
    await console.page.getByRole('link', { name: /^Rooms/ }).click();
    await console.page.getByRole('link', { name: /Quiet/ }).click();
    await expect.poll(() => badge('rooms').count(), POLL).toBe(0);
    await expect.poll(() => tab.getByTestId('rooms-badge').count(), POLL).toBe(0);
    await tab.close();
    const show = (state: 'visible' | 'hidden'): Promise<void> =>
      console.page.evaluate(`
        Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));`);
    await show('hidden');
    await alice.send(room, 'four');
    await expect.poll(() => badge('rooms').innerText(), POLL).toContain('1');
    const items = () => console.page.locator('.messages li').allInnerTexts();
    // three were unread on every device when the room was opened here
    const before = await items();
    expect(before[before.indexOf('New') + 1]).toContain('one');
    await show('visible');
    await expect.poll(() => badge('rooms').count(), POLL).toBe(0);
    const shown = await items();
    expect(shown.slice(-2)).toEqual(['New', expect.stringContaining('four')]);
    const composer = console.page.getByRole('textbox', { name: 'Write to Quiet' });
    await composer.fill('half a sen');

    await alice.ask(
      'mutation ($room: ID!) { broadcast(to: { room: $room }, input: { content: "We close early", type: ALERT }) { recipients } }',
      { room },
    );
    await expect.poll(() => badge('inbox').innerText(), POLL).toContain('1');
    await console.page.getByRole('link', { name: /^Inbox/ }).click();
    await console.page.getByRole('link', { name: /^Rooms/ }).click();
    expect(await composer.inputValue()).toBe('half a sen');
    await console.page.getByRole('link', { name: /^Inbox/ }).click();
    expect(await console.page.locator('.inbox-item').innerText()).toContain('We close early');
    await console.page.getByRole('button', { name: 'Mark all as read' }).click();
    await expect.poll(() => badge('inbox').count(), POLL).toBe(0);
    const { inbox } = await bob.ask<{ inbox: { edges: object[] } }>('{ inbox { edges { cursor } } }');
    expect(inbox.edges).toEqual([]);
  });
});
