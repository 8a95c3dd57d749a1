import { describe, expect, it } from 'vitest';
import { ConfigError } from '../src/config/config-error.ts';
import { readConfig, VARIABLES } from '../src/config.ts';

const SECRET = '5b9e1cf07a8d4e26913fd0c7b2a46e88';

function problemsOf(env: NodeJS.ProcessEnv): string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

const MUST_BE_REDIS =
  'REDIS_URL must be an address such as redis://:password@host:6379, or several of one cluster with commas between them.';

describe('the environment', () => {
  it('E1 needs nothing to be set in development', () => {
    expect(readConfig({})).toEqual({
      environment: 'development',
      host: '127.0.0.1',
      port: 8002,
      feeds: 'simulator',
      dataDir: '.tickroom',
      redisPrefix: 'tickroom',
      authSecret: undefined,
      authJwksUrl: undefined,
      authIssuer: undefined,
      authAudience: undefined,
      allowedOrigins: undefined,
      logLevel: 'info',
      staleAfterMs: 30_000,
      marketCalendars: undefined,
      fundFlowThresholds: {},
      slowClientTimeoutMs: 30_000,
      maxQueueFrames: 1000,
      connectionInitTimeoutMs: 10_000,
      keepAliveMs: 12_000,
      maxPayloadBytes: 1_048_576,
      limits: {
        messagesPerConnection: 30_000,
        controlFramesPerConnection: 2000,
        costPerUser: 500_000,
        selectionsPerUser: 1000,
        subscriptionCostPerUser: 10_000_000,
        operationsPerConnection: 10_000,
        operationsPerUser: 20_000,
        operationsPerAddress: 20_000,
        publicationsPerUser: 200_000,
        connectsPerAddress: 2000,
        failuresPerAddress: 300,
        connectionsPerUser: 1000,
        connectionsPerAddress: 20_000,
        subscriptionsPerConnection: 5000,
        subscriptionsPerUser: 20_000,
        passwordsPerRoom: 5,
        roomsPerUser: 1000,
        trustProxy: 0,
        tokenGraceSeconds: 0,
      },
      drainMs: 0,
      shutdownMs: 5000,
      operationLimits: {
        maxTokens: 2000,
        maxDepth: 10,
        maxAliases: 30,
        maxDirectives: 50,
        maxRootFields: 10,
        maxCost: 10_000,
        maxSubscriptionCost: 200_000,
      },
      introspection: true,
      trustedDocuments: undefined,
      compat: {
        wires: ['orderbook'],
        key: undefined,
        anonymous: ['read'],
        levels: 'pairs',
        polling: true,
        allowEIO3: false,
      },
    });
  });

  it('E1 takes an empty variable for one that is not set', () => {
    const empty = Object.fromEntries(VARIABLES.map(({ name }) => [name, '']));
    expect(readConfig(empty)).toEqual(readConfig({}));
  });

  it.each([
    [{ WEBSOCKET_PORT: 'abc' }, 'WEBSOCKET_PORT must be a port number (0–65535), not "abc".'],
    [{ WEBSOCKET_PORT: '65536' }, 'WEBSOCKET_PORT must be a port number (0–65535), not "65536".'],
    [{ WEBSOCKET_PORT: '80.5' }, 'WEBSOCKET_PORT must be a port number (0–65535), not "80.5".'],
    [{ WEBSOCKET_PORT: '0x50' }, 'WEBSOCKET_PORT must be a port number (0–65535), not "0x50".'],
    [{ WEBSOCKET_PORT: '-1' }, 'WEBSOCKET_PORT must be a port number (0–65535), not "-1".'],
    [{ ENVIRONMENT: 'prod' }, 'ENVIRONMENT must be development, production or test, not "prod".'],
    [{ AUTH_SECRET: 'too short' }, 'AUTH_SECRET must be at least 32 bytes long.'],
    [{ AUTH_JWKS_URL: 'keys.json' }, 'AUTH_JWKS_URL must be an http(s) address, not "keys.json".'],
    [
      { ALLOWED_ORIGINS: 'https://a.example, b.example' },
      'ALLOWED_ORIGINS must be a comma-separated list of origins such as https://example.com, not "https://a.example, b.example".',
    ],
    [
      { LOG_LEVEL: 'loud' },
      'LOG_LEVEL must be fatal, error, warn, info, debug, trace or silent, not "loud".',
    ],
    [
      { KEEP_ALIVE_MS: '12s' },
      'KEEP_ALIVE_MS must be a whole number of milliseconds (100–86400000), not "12s".',
    ],
    [{ MAX_QUEUE_FRAMES: '1' }, 'MAX_QUEUE_FRAMES must be a whole number (2–100000), not "1".'],
    [{ REDIS_URL: 'localhost:6379' }, MUST_BE_REDIS],
    [{ REDIS_URL: 'redis://a:1,http://b:2' }, MUST_BE_REDIS],
    [{ REDIS_URL: 'redis://a:1,redis://b:2/3' }, MUST_BE_REDIS],
    [{ ENVIRONMENT: 'production' }, 'ENVIRONMENT=production needs AUTH_SECRET or AUTH_JWKS_URL.'],
  ])('E1 one sentence says what is wrong with %o', (env, sentence) => {
    expect(problemsOf(env)).toEqual([sentence]);
  });

  it.each([
    'redis://:a,b@host:6379/3',
    'redis://a:7000, redis://b:7001,redis://c:7002/',
    'rediss://user:a,b@a,rediss://b',
  ])('E1 takes one Redis or the nodes of a cluster: %s', (REDIS_URL) => {
    expect(readConfig({ REDIS_URL }).redisUrl).toBe(REDIS_URL);
  });

  it('E1 names every wrong variable at once, a line each', () => {
    const problems = problemsOf({ WEBSOCKET_PORT: 'abc', LOG_LEVEL: 'loud', ENVIRONMENT: 'production' });
    expect(problems).toHaveLength(3);
  });

  it('E1 never prints a secret', () => {
    expect(problemsOf({ AUTH_SECRET: 'hunter2' }).join()).not.toContain('hunter2');
  });

  it.each([{ AUTH_SECRET: SECRET }, { AUTH_JWKS_URL: 'https://id.example/keys' }])(
    'A5 production starts with %o: open to the network, closed to foreign pages',
    (keys) => {
      const config = readConfig({ ENVIRONMENT: 'production', ...keys });
      expect(config).toMatchObject({ host: '0.0.0.0', allowedOrigins: [] });
    },
  );

  it('E1 a secret is measured in bytes', () => {
    expect(readConfig({ AUTH_SECRET: '密'.repeat(11) }).authSecret).toHaveLength(11);
  });

  it('E1 origins are split, trimmed and written as browsers send them', () => {
    const { allowedOrigins } = readConfig({ ALLOWED_ORIGINS: 'https://A.example, http://localhost:5173' });
    expect(allowedOrigins).toEqual(['https://a.example', 'http://localhost:5173']);
  });

  describe('FUND_FLOW_THRESHOLDS', () => {
    const us = {
      superLarge: { amount: '5000000', shares: null },
      large: { amount: '1000000', shares: '10000' },
      medium: { amount: '50000.50', shares: null },
    };

    it('E1 is JSON per market', () => {
      const text = JSON.stringify({ US: us });
      expect(readConfig({ FUND_FLOW_THRESHOLDS: text }).fundFlowThresholds).toEqual({ US: us });
    });

    it.each([
      '{',
      '[]',
      '{"MARS":{}}',
      '{"US":{"large":{"amount":"1","shares":null}}}',
      JSON.stringify({ US: { ...us, medium: { amount: 1, shares: null } } }),
      JSON.stringify({ US: { ...us, tiny: us.medium } }),
    ])('E1 refuses %s', (text) => {
      const problems = problemsOf({ FUND_FLOW_THRESHOLDS: text });
      expect(problems).toEqual([expect.stringMatching(/^FUND_FLOW_THRESHOLDS must be JSON such as /)]);
    });
  });
});
