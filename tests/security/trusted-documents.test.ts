import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';
import { overEventStream, overHttp, overWebSocket, postJson } from './asking.ts';

const CLOCK = 'query Clock { serverTime }';
const WATCH = 'subscription Watch($s: [Symbol!]!) { streamData(symbols: $s) { symbol price } }';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let server: TestServer;
let folder: string;
const fileOf = (content: string): string => {
  const file = path.join(mkdtempSync(path.join(folder, 'x')), 'documents.json');
  writeFileSync(file, content);
  return file;
};
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tickroom-trusted-'));
  const file = fileOf(JSON.stringify({ clock: CLOCK, [`sha256:${sha256(WATCH)}`]: WATCH }));
  server = await startServer({ TRUSTED_DOCUMENTS: file });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const hashed = (hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hash } } });

describe('trusted documents', () => {
  it.each([
    ['an id', { documentId: 'clock' }],
    ['its hash', hashed(sha256(CLOCK))],
    ['a hash that says of what kind it is', { documentId: `sha256:${sha256(CLOCK)}` }],
    ['its text', { query: CLOCK }],
  ])('N9 one runs by %s', async (_by, asked) => {
    const response = await postJson(server, asked);
    expect(await response.json()).toEqual({ data: { serverTime: expect.any(String) } });
    expect(await overWebSocket(server, asked)).toBeUndefined();
  });

  it('N9 subscriptions run by hash over WebSocket and event streams', async () => {
    await server.publish('publishQuotes', [{ symbol: 'AAPL', price: '1' }]).catch(() => {});
    const asked = { ...hashed(sha256(WATCH)), variables: { s: ['not a symbol'] } };
    for (const ask of [overWebSocket, overEventStream]) {
      expect((await ask(server, asked))?.code).toBe('INVALID_SYMBOL');
    }
  });

  it('N9 one runs by GET', async () => {
    for (const query of [
      'documentId=clock',
      `extensions=${encodeURIComponent(JSON.stringify(hashed(sha256(CLOCK)).extensions))}`,
    ]) {
      const response = await fetch(`${server.url}/graphql?${query}`);
      expect(await response.json()).toEqual({ data: { serverTime: expect.any(String) } });
    }
  });

  it.each([
    ['another text', { query: '{ serverTime }' }],
    ['introspection', { query: '{ __schema { queryType { name } } }' }],
    ['an unknown id', { documentId: 'clocks' }],
    ['an unknown hash', hashed(sha256('{ serverTime }'))],
    ['an unknown hash with its text', { query: '{ serverTime }', ...hashed(sha256('{ serverTime }')) }],
    ['a trusted text under another name', { query: CLOCK, documentId: '__proto__' }],
    ['nothing', { query: '' }],
  ])('N9 %s is refused', async (_what, asked) => {
    const refusal = { code: 'PERMISSION_DENIED', message: expect.stringContaining('trusted documents only') };
    expect(await overHttp(server, asked)).toEqual(refusal);
    expect(await overEventStream(server, asked)).toEqual(refusal);
    expect(await overWebSocket(server, asked)).toEqual(refusal);
  });

  it('N9 without them a document cannot be named', async () => {
    await using open = await startServer();
    const refusal = { code: 'INVALID_INPUT', message: expect.stringContaining('send the text') };
    expect(await overHttp(open, { documentId: 'clock' })).toEqual(refusal);
    expect(await overWebSocket(open, hashed(sha256(CLOCK)))).toEqual(refusal);
    expect(await overHttp(open, { query: CLOCK, ...hashed(sha256(CLOCK)) })).toBeUndefined();
  });

  it.each([
    ['none there', undefined],
    ['no JSON', '{'],
    ['a list', '["{ serverTime }"]'],
    ['no texts', '{"a":1}'],
    ['nothing', '{}'],
  ])('N9 a file with %s stops the start with one sentence', async (_what, content) => {
    const file = content === undefined ? path.join(folder, 'none.json') : fileOf(content);
    await expect(startServer({ TRUSTED_DOCUMENTS: file })).rejects.toThrow(
      /^TRUSTED_DOCUMENTS must be a JSON file such as .*\.$/,
    );
  });
});
