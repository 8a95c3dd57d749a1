import { afterEach, describe, expect, it, vi } from 'vitest';
import { createAudit } from '../../src/telemetry/audit.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { openRaw } from '../support/raw-socket.ts';
import { User } from '../support/rooms.ts';
import { startServer } from '../support/server.ts';

type Line = Readonly<Record<string, unknown>>;

/** A logger and what it wrote. */
function recorded() {
  const texts: string[] = [];
  const log = createLogger('info', { write: (text: string) => void texts.push(text) });
  const lines = (): Line[] => texts.map((text) => JSON.parse(text) as Line).filter(({ audit }) => audit);
  return { log, texts, lines };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('the audit trail', () => {
  it('Q10 one source that is refused again and again does not flood the log, and the rest is counted', () => {
    vi.useFakeTimers();
    const { log, lines } = recorded();
    const audit = createAudit({ log, perMinute: 3 });
    const eve = { userId: 'eve', address: '1.2.3.4', connectionId: 'c' };
    for (let n = 0; n < 1000; n += 1) audit.refused(eve, { what: 'broadcast' }, 'PERMISSION_DENIED');
    audit.refused({ ...eve, userId: 'bob' }, { what: 'broadcast' }, 'PERMISSION_DENIED');
    expect(lines().map(({ who }) => who)).toEqual(['eve', 'eve', 'eve', 'bob']);
    vi.advanceTimersByTime(60_000);
    audit.refused(eve, { what: 'broadcast' }, 'PERMISSION_DENIED');
    expect(lines().at(-1)).toMatchObject({ who: 'eve', suppressed: 997 });
    // acts that were done are never left out
    for (let n = 0; n < 10; n += 1) audit.done(eve, { what: 'kickFromRoom', target: 'room/bob' });
    expect(lines().filter(({ outcome }) => outcome === 'DONE')).toHaveLength(10);
  });

  it('Q10 what a client makes up does not make lines long', () => {
    const { log, lines } = recorded();
    const actor = { userId: undefined, address: '1.2.3.4', connectionId: undefined };
    createAudit({ log }).refused(actor, { what: 'connect', target: 'x'.repeat(100_000) }, 'ORIGIN_REFUSED');
    expect(String(lines()[0]?.target)).toHaveLength(200);
  });

  it('Q10 Q12 remembers a bounded number of sources', () => {
    const { log, lines } = recorded();
    const audit = createAudit({ log, perMinute: 1 });
    const refuse = (n: number): void =>
      audit.refused({ userId: `u${n}`, address: undefined, connectionId: undefined }, { what: 'x' }, 'X');
    for (let n = 0; n <= 10_000; n += 1) refuse(n);
    refuse(10_000);
    expect(lines()).toHaveLength(10_001);
    refuse(0);
    expect(lines()).toHaveLength(10_002);
  });

  it('Q10 administrative acts are told once, with who, what, whom and from where', async () => {
    const { log, lines, texts } = recorded();
    await using server = await startServer({ TRUST_PROXY: '1' }, log);
    const ann = await User.at(server, 'ann');
    const bob = await User.at(server, 'bob');
    const root = await User.at(server, 'root', 'ADMIN');
    const room = await ann.createRoom();
    await bob.join(room);
    const byAnn = { who: 'ann', outcome: 'DONE', address: '127.0.0.1' };
    await ann.ask('mutation ($r: ID!) { setRoomRole(roomId: $r, userId: "bob", role: GUEST) { role } }', {
      r: room,
    });
    await ann.ask('mutation ($r: ID!) { kickFromRoom(roomId: $r, userId: "bob") }', { r: room });
    await ann.ask(
      'mutation ($r: ID!) { broadcast(to: { room: $r }, input: { content: "a private word" }) { recipients } }',
      { r: room },
    );
    await ann.ask('mutation ($r: ID!) { deleteRoom(id: $r) }', { r: room });
    await root.ask('mutation { revokeUser(userId: "bob") }');
    expect(lines()).toMatchObject([
      { ...byAnn, what: 'setRoomRole', target: `${room}/bob GUEST` },
      { ...byAnn, what: 'kickFromRoom', target: `${room}/bob` },
      { ...byAnn, what: 'broadcast', target: `room ${room}` },
      { ...byAnn, what: 'deleteRoom', target: room },
      { who: 'root', what: 'revokeUser', target: 'bob', outcome: 'DONE' },
    ]);
    expect(texts.join()).not.toContain('a private word');
    for (const { token } of [ann, root]) expect(texts.join()).not.toContain(token);
  });

  it('Q10 refusals are told once, whichever way they came', async () => {
    const { log, lines, texts } = recorded();
    await using server = await startServer(
      { TRUST_PROXY: '1', ALLOWED_ORIGINS: 'https://app.example', SUBSCRIPTIONS_PER_CONNECTION: '1' },
      log,
    );
    const headers = { 'x-forwarded-for': '1.2.3.4' };
    const ask = (query: string, more: object = {}) =>
      fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', ...more },
        body: JSON.stringify({ query }),
      });
    const eve = await server.token('eve');
    const authorization = `Bearer ${eve}`;
    await ask('{ serverTime }', { authorization: 'Bearer forged.to.ken' });
    await ask('mutation { alias: createRoom(input: { name: "x" }) { id } }');
    await ask('mutation { revokeUser(userId: "ann") }', { authorization });
    await ask('mutation { broadcast(to: { everyone: true }, input: { content: "x" }) { recipients } }', {
      authorization,
    });
    await ask('{ serverTime }', { origin: 'http://evil.example' });
    await ask('subscription { inbox { id } }', { accept: 'text/event-stream' });

    const refused = await openRaw(server.wsUrl, { headers, payload: { token: 'forged.to.ken' } });
    await expect.poll(() => refused.closeCode).toBe(4401);
    const raw = await openRaw(server.wsUrl, { headers, payload: { token: eve } });
    raw.subscribe('0', '{ viewer { connectionId } }');
    await expect.poll(() => raw.results('0').length).toBe(1);
    const [{ data }] = raw.results('0') as [{ data: { viewer: { connectionId: string } } }];
    raw.subscribe('1', 'mutation { publishQuotes(input: [{ symbol: "AAPL", price: "1" }]) { accepted } }');
    await expect.poll(() => raw.results('1').length).toBe(1);
    raw.subscribe('2', 'subscription { streamData(symbols: ["AAPL"]) { price } }');
    raw.subscribe('3', 'subscription { streamData(symbols: ["AAPL"]) { price } }');
    await expect.poll(() => raw.messages.some(({ id, type }) => id === '3' && type === 'error')).toBe(true);
    raw.send({ id: '2', type: 'complete' });
    raw.send({ type: 'ping', payload: { token: 'forged.to.ken' } });
    await expect.poll(() => raw.messages.at(-1)?.type).toBe('pong');

    const address = '1.2.3.4';
    const connection = data.viewer.connectionId;
    expect(lines()).toMatchObject([
      { who: null, what: 'signIn', outcome: 'AUTH_FAILED', address },
      { who: null, what: 'createRoom', outcome: 'AUTH_REQUIRED', address },
      { who: 'eve', what: 'revokeUser', target: 'ann', outcome: 'PERMISSION_DENIED', address },
      { who: 'eve', what: 'broadcast', target: 'everyone', outcome: 'PERMISSION_DENIED', address },
      { who: null, what: 'connect', target: 'http://evil.example', outcome: 'ORIGIN_REFUSED', address },
      { who: null, what: 'inbox', outcome: 'AUTH_REQUIRED', address },
      { who: null, what: 'signIn', outcome: 'AUTH_FAILED', address },
      { who: 'eve', what: 'publishQuotes', outcome: 'PERMISSION_DENIED', address, connection },
      { who: 'eve', what: 'subscribe', outcome: 'RATE_LIMIT_EXCEEDED', address, connection },
      { who: 'eve', what: 'refresh', outcome: 'AUTH_FAILED', address, connection },
    ]);
    expect(lines()).toHaveLength(10);
    expect(texts.join()).not.toContain('forged');
    expect(texts.join()).not.toContain(eve);
  });
});
