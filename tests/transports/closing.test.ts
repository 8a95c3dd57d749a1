import { describe, expect, it } from 'vitest';
import { CLOSE } from '../../src/transports/websocket/close-codes.ts';
import { openRaw, type RawClient } from '../support/raw-socket.ts';
import { startServer, type TestServer } from '../support/server.ts';

const OPERATION = 'subscription { streamData(symbols: ["AAPL"]) { price } }';

async function withOperation(server: TestServer, token?: string): Promise<RawClient> {
  const raw = await openRaw(server.wsUrl, token ? { payload: { token } } : {});
  raw.subscribe('1', OPERATION);
  await expect.poll(() => server.app.stats().streaming.subscribers).toBe(1);
  return raw;
}
const typesOf = (raw: RawClient): string[] => raw.messages.map(({ type }) => type);

/** graphql-ws redials without a wait after a close with 1000, and forgets how long to wait with each acknowledgement. */
describe('a WebSocket that the server closes', () => {
  it('T13 is never closed with 1000', () => {
    expect(Object.values(CLOSE).map(({ code }) => code)).not.toContain(1000);
  });

  it.each([
    ['the server stops', 1001, async (server: TestServer) => server.app[Symbol.asyncDispose]()],
    [
      'its user is revoked',
      4401,
      async (server: TestServer) => {
        const root = await server.token('root', 'ADMIN');
        const answer = await server.post('mutation { revokeUser(userId: "ada") }', {}, root);
        expect(answer.errors).toBeUndefined();
      },
    ],
  ])('T13 while an operation is open, because %s, is closed with %i', async (_why, code, act) => {
    await using server = await startServer();
    const raw = await withOperation(server, await server.token('ada'));
    await act(server);
    await expect.poll(() => raw.closeCode).toBe(code);
  });

  it('T13 because its token was refused has no acknowledgement before', async () => {
    await using server = await startServer();
    const raw = await openRaw(server.wsUrl, { init: false });
    raw.send({ type: 'connection_init', payload: { token: 'rubbish' } });
    await expect.poll(() => raw.closeCode).toBe(4401);
    expect(typesOf(raw)).not.toContain('connection_ack');
  });

  it('T13 because its user has too many has no acknowledgement before', async () => {
    await using server = await startServer({ CONNECTIONS_PER_USER: '1' });
    const token = await server.token('ada');
    const first = await withOperation(server, token);
    const second = await openRaw(server.wsUrl, { init: false });
    second.send({ type: 'connection_init', payload: { token } });
    await expect.poll(() => second.closeCode, { timeout: 10_000 }).toBe(4429);
    expect(typesOf(second)).not.toContain('connection_ack');
    expect(first.closeCode).toBeUndefined();
  });
});
