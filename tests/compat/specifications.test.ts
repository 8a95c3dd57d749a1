import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Parser } from '@asyncapi/parser';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { User } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

const POLL = { timeout: 15_000, interval: 10 };
const KEY = 'k3yK4J8sVb2Qw9Zr6Tn1Lc5Xd7Mf0PgH';
const textOf = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../docs/compat/${name}`, import.meta.url)), 'utf8');

interface Message {
  readonly name: string;
  readonly payload: object;
  readonly examples: readonly { readonly payload: unknown }[];
}
interface AsyncApi {
  readonly channels: Readonly<Record<string, { readonly messages: object }>>;
  readonly operations: Readonly<
    Record<string, { readonly action: string; readonly messages: readonly { readonly $ref: string }[] }>
  >;
  readonly components: { readonly messages: Readonly<Record<string, Message>> };
}
interface Media {
  readonly schema: { readonly $ref?: string };
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
interface OpenApi {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<string, { readonly requestBody?: { readonly content: Readonly<Record<string, Media>> } }>
      >
    >
  >;
  readonly components: object;
}

const asyncapi = JSON.parse(textOf('asyncapi.json')) as AsyncApi;
const openapi = JSON.parse(textOf('openapi.json')) as OpenApi;
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(openapi, 'openapi.json');
const validators = new Map<string, ValidateFunction>(
  Object.entries(asyncapi.components.messages).map(([key, { payload }]) => [key, ajv.compile(payload)]),
);
const problemsOf = (validate: ValidateFunction | undefined, value: unknown): unknown =>
  validate?.(value) ? [] : [validate?.errors, value];
const schemaOf = (name: string): ValidateFunction =>
  ajv.compile({ $ref: `openapi.json#/components/schemas/${name}` });

/** The messages that an operation lists, by their names. */
function messagesOf(operation: string): ReadonlyMap<string, string> {
  const refs = asyncapi.operations[operation]?.messages ?? [];
  return new Map(
    refs.map(({ $ref }) => {
      const key = $ref.split('/').at(-1) ?? '';
      return [asyncapi.components.messages[key]?.name ?? '', key];
    }),
  );
}

describe('the documents of the old wires', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ COMPAT: 'orderbook,socketio', COMPAT_KEY: KEY });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const post = (body: unknown, symbol = '?symbol=AAPL') =>
    fetch(`${server.url}/broadcast/orderbook${symbol}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('S3 AsyncAPI and OpenAPI documents are valid, and so is each example', async () => {
    const { diagnostics } = await new Parser().parse(textOf('asyncapi.json'));
    expect(diagnostics.filter(({ severity }) => severity === 0)).toEqual([]);
    const problems = await lintFromString({
      source: textOf('openapi.json'),
      config: await createConfig({
        extends: ['minimal'],
        rules: {
          struct: 'error',
          'no-unresolved-refs': 'error',
          // levels need one of three names
          'no-required-schema-properties-undefined': 'off',
        },
      }),
    });
    expect(problems.map(({ message, ruleId }) => `${ruleId}: ${message}`)).toEqual([]);
    for (const [key, { examples }] of Object.entries(asyncapi.components.messages)) {
      expect([key, examples.length]).toEqual([key, expect.any(Number)]);
      expect(examples.length).toBeGreaterThan(0);
      for (const { payload } of examples)
        expect([key, problemsOf(validators.get(key), payload)]).toEqual([key, []]);
    }
  });

  it('S3 what the OpenAPI document says of requests and answers is what the server does', async () => {
    const media = openapi.paths['/broadcast/orderbook']?.post?.requestBody?.content['application/json'];
    const examples = Object.values(media?.examples ?? {});
    expect(examples.length).toBe(3);
    for (const { value } of examples) {
      expect(problemsOf(schemaOf('Book'), value)).toEqual([]);
      const response = await post(value);
      expect([response.status, problemsOf(schemaOf('Broadcasted'), await response.json())]).toEqual([
        200,
        [],
      ]);
    }
    for (const wrong of [{ bids: [] }, { bids: [[1]], asks: [] }, { bids: [{ price: 1 }], asks: [] }, []]) {
      expect([wrong, schemaOf('Book')(wrong)]).toEqual([wrong, false]);
      const response = await post(wrong);
      expect([response.status, problemsOf(schemaOf('Refusal'), await response.json())]).toEqual([422, []]);
    }
    for (const [path, schema] of [
      ['/health', 'Health'],
      ['/ready', 'Ready'],
      ['/stats', 'Stats'],
    ] as const) {
      expect(Object.keys(openapi.paths)).toContain(path);
      const response = await fetch(`${server.url}${path}`);
      expect([path, problemsOf(schemaOf(schema), await response.json())]).toEqual([path, []]);
    }
  });

  it('S3 each message of the order-book wire is as documented', async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws/spec`);
    const heard: { readonly type: string }[] = [];
    socket.on('message', (data) => heard.push(JSON.parse(String(data))));
    await once(socket, 'open');
    await post({ bids: [[1, 2]], asks: [] });
    for (const key of messagesOf('receiveOrderBookRequests').values()) {
      socket.send(JSON.stringify(asyncapi.components.messages[key]?.examples[0]?.payload));
      if (key === 'bookSubscribe')
        await expect.poll(() => heard.map(({ type }) => type), POLL).toContain('orderbook_update');
    }
    socket.send('{}');
    const documented = messagesOf('sendOrderBookMessages');
    await expect
      .poll(() => [...new Set(heard.map(({ type }) => type))].sort(), POLL)
      .toEqual([...documented.keys()].sort());
    for (const message of heard) {
      const key = documented.get(message.type) ?? '';
      expect([key, problemsOf(validators.get(key), message)]).toEqual([key, []]);
    }
    socket.terminate();
  });

  it('S3 each event of the Socket.IO wire is as documented', { timeout: 30_000 }, async () => {
    const admin = await User.at(server, 'root', 'ADMIN');
    const room = await admin.createRoom({ type: 'PUBLIC' });
    const socket = io(server.url, {
      transports: ['websocket'],
      forceNew: true,
      auth: { token: await server.token('ada') },
    });
    const heard: { readonly name: string; readonly data: unknown }[] = [];
    socket.onAny((name: string, data: unknown) => heard.push({ name, data }));
    await server.publish('publishQuotes', [{ symbol: '600519', price: '1850.50', volume: '1000' }]);
    for (const [name, key] of messagesOf('receiveEvents')) {
      const payload = { ...(asyncapi.components.messages[key]?.examples[0]?.payload as object) };
      const named = 'room' in payload ? { ...payload, room } : payload;
      expect([key, problemsOf(validators.get(key), named)]).toEqual([key, []]);
      // a room is left at the end
      if (key !== 'leaveRoom') socket.emit(name, named);
    }
    await admin.ask(
      'mutation { broadcast(to: { user: "ada" }, input: { content: "hello" }) { recipients } }',
    );
    socket.emit('subscribe', {});
    const documented = messagesOf('sendEvents');
    const names = (): string[] => [...new Set(heard.map(({ name }) => name))];
    await expect
      .poll(() => names().sort(), POLL)
      .toEqual([...documented.keys()].filter((name) => name !== 'unsubscribed').sort());
    socket.emit('unsubscribe', { room });
    await expect.poll(() => names().sort(), POLL).toEqual([...documented.keys()].sort());
    for (const { name, data } of heard) {
      const key = documented.get(name) ?? '';
      expect([key, problemsOf(validators.get(key), data)]).toEqual([key, []]);
    }
    socket.close();
  });
});
