import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Client, createClient, type ExecutionResult } from 'graphql-ws';
import { expect } from 'vitest';
import WebSocket from 'ws';
import { type App, startApp } from '../../src/app.ts';
import { signToken } from '../../src/auth/token.ts';
import type { AccountRole } from '../../src/auth/viewer.ts';
import { readConfig } from '../../src/config.ts';
import { createLogger, type Logger } from '../../src/telemetry/logger.ts';
import { freshPostgres, giveBackPostgres } from './places.ts';

export const SECRET = 'a secret for tests, at least thirty-two bytes long';

export interface TestServer extends AsyncDisposable {
  readonly app: App;
  readonly url: string;
  readonly wsUrl: string;
  token(userId: string, role?: AccountRole, ttlSeconds?: number): Promise<string>;
  /** Posts an operation; the whole response body. */
  post(query: string, variables?: object, token?: string): Promise<ExecutionResult & { status: number }>;
  /** A graphql-ws client, closed with the server. */
  client(token?: string): Client;
  /** Closes the clients made so far, and waits until the server has let go of them. */
  closeClients(): Promise<void>;
  /** Publishes through the front door. */
  publish(mutation: 'publishQuotes' | 'publishTrades' | 'publishOrderBook', input: object): Promise<void>;
}

/** A token that test servers take. */
export const signFor: TestServer['token'] = (userId, role, ttlSeconds = 3600) =>
  signToken({
    userId,
    roles: role ? ['USER', role] : ['USER'],
    ttlSeconds,
    key: new TextEncoder().encode(SECRET),
  });

/** A real server on a free port, without feeds unless told, with a database of its own unless told which. */
export async function startServer(env: Record<string, string> = {}, log?: Logger): Promise<TestServer> {
  const own = env.DATA_DIR || env.DATABASE_URL ? undefined : await freshPostgres();
  const dataDir = mkdtempSync(path.join(tmpdir(), 'tickroom-test-'));
  const config = readConfig({
    WEBSOCKET_PORT: '0',
    HOST: '127.0.0.1',
    FEEDS: 'none',
    AUTH_SECRET: SECRET,
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    SHUTDOWN_MS: '500',
    ...(own ? { DATABASE_URL: own } : {}),
    ...env,
  });
  const app = await startApp(config, log ?? createLogger(config.logLevel));
  const wsUrl = `${app.url.replace('http', 'ws')}/graphql`;
  const clients: Client[] = [];
  let isGivenBack = false;

  const token = signFor;

  const post: TestServer['post'] = async (query, variables, bearer) => {
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
      },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, ...((await response.json()) as ExecutionResult) };
  };

  const publisher = await token('feed', 'PUBLISHER');
  return {
    app,
    url: app.url,
    wsUrl,
    token,
    post,
    client(bearer) {
      const client = createClient({
        url: wsUrl,
        webSocketImpl: WebSocket,
        lazy: true,
        retryAttempts: 0,
        ...(bearer ? { connectionParams: { authorization: `Bearer ${bearer}` } } : {}),
      });
      clients.push(client);
      return client;
    },
    async closeClients() {
      await Promise.all(clients.splice(0).map((client) => client.dispose()));
      await expect.poll(() => app.stats().connections.total).toBe(0);
    },
    async publish(mutation, input) {
      const type = {
        publishQuotes: '[QuoteInput!]!',
        publishTrades: '[TradeInput!]!',
        publishOrderBook: 'OrderBookInput!',
      };
      const { errors } = await post(
        `mutation ($input: ${type[mutation]}) { ${mutation}(input: $input) { accepted } }`,
        { input },
        publisher,
      );
      if (errors) throw new Error(JSON.stringify(errors));
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((client) => client.dispose()));
      await app[Symbol.asyncDispose]();
      if (own && !isGivenBack) await giveBackPostgres(own);
      isGivenBack = true;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export interface Listening<T> {
  readonly results: ExecutionResult<T>[];
  /** `data` of each result. */
  readonly data: T[];
  readonly errors: unknown[];
  readonly completed: boolean;
  stop(): void;
}

/** Subscribes and collects. */
export function listen<T = Record<string, unknown>>(
  client: Client,
  query: string,
  variables?: Record<string, unknown>,
): Listening<T> {
  const listening = {
    results: [] as ExecutionResult<T>[],
    get data() {
      return this.results.map(({ data }) => data as T);
    },
    errors: [] as unknown[],
    completed: false,
    stop: () => {},
  };
  listening.stop = client.subscribe<T>(
    { query, variables },
    {
      next: (result) => listening.results.push(result as ExecutionResult<T>),
      error: (error) => listening.errors.push(error),
      complete: () => {
        listening.completed = true;
      },
    },
  );
  return listening;
}
