import { z } from 'zod';
import {
  COMPAT_VARIABLES,
  type CompatLevels,
  type CompatRight,
  type CompatWire,
} from './config/compat-variables.ts';
import { ConfigError } from './config/config-error.ts';
import { CALENDAR_VARIABLES } from './config/market-calendars.ts';
import { OPERATION_VARIABLES } from './config/operation-variables.ts';
import { REDIS_VARIABLES } from './config/redis-variables.ts';
import { misspeltProblems } from './config/unknown-variables.ts';
import { integer, milliseconds, type Variable } from './config/variable.ts';
import { isWeakSecret } from './config/weak-secret.ts';
import { LIMIT_VARIABLES, type LimitSettings, limitSettings } from './limits/limit-settings.ts';
import type { FundFlowThresholds } from './market/events/market-state.ts';
import type { MarketCode } from './market/symbols/symbol.ts';

/** What the environment says, checked. Times in milliseconds. */
export interface Config {
  readonly environment: 'development' | 'production' | 'test';
  readonly host: string;
  readonly port: number;
  readonly feeds: string;
  readonly dataDir: string;
  /** undefined: embedded in `dataDir` */
  readonly databaseUrl: string | undefined;
  /** undefined: this process is alone; several addresses with commas between them: nodes of one Redis Cluster */
  readonly redisUrl: string | undefined;
  readonly redisPrefix: string;
  readonly authSecret: string | undefined;
  readonly authJwksUrl: string | undefined;
  readonly authIssuer: string | undefined;
  readonly authAudience: string | undefined;
  /** undefined: any origin */
  readonly allowedOrigins: readonly string[] | undefined;
  readonly logLevel: string;
  readonly staleAfterMs: number;
  /** a JSON file of holidays; undefined: those that come with the server */
  readonly marketCalendars: string | undefined;
  readonly fundFlowThresholds: Partial<Record<MarketCode, FundFlowThresholds>>;
  readonly slowClientTimeoutMs: number;
  readonly maxQueueFrames: number;
  readonly connectionInitTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly maxPayloadBytes: number;
  readonly limits: LimitSettings;
  readonly drainMs: number;
  readonly shutdownMs: number;
  readonly operationLimits: {
    readonly maxTokens: number;
    readonly maxDepth: number;
    readonly maxAliases: number;
    readonly maxDirectives: number;
    readonly maxRootFields: number;
    readonly maxCost: number;
    readonly maxSubscriptionCost: number;
  };
  readonly introspection: boolean;
  /** a JSON file; undefined: any document may run */
  readonly trustedDocuments: string | undefined;
  /** The wires of the servers before this one. */
  readonly compat: {
    readonly wires: readonly CompatWire[];
    /** undefined: publishers need a token */
    readonly key: string | undefined;
    readonly anonymous: readonly CompatRight[];
    readonly levels: CompatLevels;
    /** Socket.IO clients may poll. */
    readonly polling: boolean;
    /** Clients of Socket.IO 2 are let in. */
    readonly allowEIO3: boolean;
  };
}

const DECIMAL = z.string().regex(/^[0-9]+(\.[0-9]+)?$/);
const THRESHOLD = z.strictObject({ amount: DECIMAL, shares: DECIMAL.nullable() });
const THRESHOLDS = z.strictObject({ superLarge: THRESHOLD, large: THRESHOLD, medium: THRESHOLD });

/** Every variable with its default and meaning. docs/reference/configuration.md is generated from it. */
export const VARIABLES: readonly Variable[] = [
  {
    name: 'ENVIRONMENT',
    default: 'development',
    meaning: '`production` requires keys, refuses anonymous reads and tells no schema',
    must: 'development, production or test',
    schema: z.enum(['development', 'production', 'test']).default('development'),
  },
  {
    name: 'HOST',
    default: '127.0.0.1 (production: 0.0.0.0)',
    meaning: 'address to listen on',
    must: 'an address to listen on',
    schema: z.string().min(1).optional(),
  },
  {
    name: 'WEBSOCKET_PORT',
    default: '8002',
    meaning: 'port to listen on, for HTTP and WebSocket; 0 takes a free one',
    must: 'a port number (0–65535)',
    schema: integer(0, 65_535).default(8002),
  },
  {
    name: 'FEEDS',
    default: 'simulator',
    meaning: 'where market data comes from',
    must: 'a list of feeds',
    schema: z.string().min(1).default('simulator'),
  },
  {
    name: 'DATA_DIR',
    default: '.tickroom',
    meaning: 'folder for what is kept: the embedded database and the development signing key',
    must: 'a folder',
    schema: z.string().min(1).default('.tickroom'),
  },
  {
    name: 'DATABASE_URL',
    default: 'embedded, in `DATA_DIR`',
    meaning: 'the PostgreSQL database to use',
    must: 'an address such as postgresql://user:password@host:5432/tickroom',
    schema: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  },
  ...REDIS_VARIABLES,
  {
    name: 'AUTH_SECRET',
    default: 'made at first start (production: required, unless AUTH_JWKS_URL)',
    meaning: 'shared secret that tokens are signed with (HS256)',
    must: 'at least 32 bytes long',
    schema: z
      .string()
      .refine((text) => Buffer.byteLength(text) >= 32)
      .optional(),
  },
  {
    name: 'AUTH_JWKS_URL',
    default: 'none',
    meaning: 'where the public keys of your identity provider are (RS256, PS256, ES256, EdDSA)',
    must: 'an http(s) address',
    schema: z.url({ protocol: /^https?$/ }).optional(),
  },
  {
    name: 'AUTH_ISSUER',
    default: 'not checked',
    meaning: 'the `iss` that tokens must carry',
    must: 'not empty',
    schema: z.string().min(1).optional(),
  },
  {
    name: 'AUTH_AUDIENCE',
    default: 'not checked',
    meaning: 'the `aud` that tokens must carry',
    must: 'not empty',
    schema: z.string().min(1).optional(),
  },
  {
    name: 'ALLOWED_ORIGINS',
    default: 'any (production: none)',
    meaning: 'origins whose pages may connect, comma-separated',
    must: 'a comma-separated list of origins such as https://example.com',
    schema: z
      .string()
      .transform((text) => text.split(',').map((origin) => origin.trim().toLowerCase()))
      .pipe(z.array(z.string().regex(/^https?:\/\/[^/\s]+$/)))
      .optional(),
  },
  {
    name: 'LOG_LEVEL',
    default: 'info',
    meaning: 'fatal, error, warn, info, debug, trace or silent',
    must: 'fatal, error, warn, info, debug, trace or silent',
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  },
  milliseconds(
    'STALE_AFTER_MS',
    30_000,
    100,
    'a symbol without events for so long in an open session turns stale',
  ),
  ...CALENDAR_VARIABLES,
  {
    name: 'FUND_FLOW_THRESHOLDS',
    default: "East Money's",
    meaning: 'JSON: per market (CN, HK, US, CRYPTO, FX) where the buckets superLarge, large and medium begin',
    must: 'JSON such as {"US":{"superLarge":{"amount":"1000000","shares":null},"large":…,"medium":…}}',
    schema: z
      .string()
      .transform((text, context) => {
        try {
          return JSON.parse(text) as unknown;
        } catch {
          context.addIssue('not JSON');
          return z.NEVER;
        }
      })
      .pipe(z.partialRecord(z.enum(['CN', 'HK', 'US', 'CRYPTO', 'FX']), THRESHOLDS))
      .default({}),
  },
  milliseconds(
    'SLOW_CLIENT_TIMEOUT_MS',
    30_000,
    100,
    'a reader that takes nothing for so long is closed (1013)',
  ),
  {
    name: 'MAX_QUEUE_FRAMES',
    default: '1000',
    meaning: 'messages of EVERY subscriptions that may wait for one connection',
    must: 'a whole number (2–100000)',
    schema: integer(2, 100_000).default(1000),
  },
  milliseconds(
    'CONNECTION_INIT_TIMEOUT_MS',
    10_000,
    100,
    'how long a client may take to send the head of a request, and a WebSocket to send connection_init',
  ),
  milliseconds(
    'KEEP_ALIVE_MS',
    12_000,
    100,
    'how often WebSockets are pinged and streamed answers send a heartbeat; a WebSocket that does not answer is cut off',
  ),
  {
    name: 'MAX_PAYLOAD_BYTES',
    default: '1048576',
    meaning: 'largest WebSocket message, and largest body of a request',
    answer: 'WebSocket: close 1009; HTTP: 413',
    must: 'a whole number of bytes (1024–104857600)',
    schema: integer(1024, 104_857_600).default(1_048_576),
  },
  ...LIMIT_VARIABLES.map(({ most, ...variable }) => ({
    ...variable,
    default: String(variable.default),
    must: `a whole number (0–${most})`,
    schema: integer(0, most).default(variable.default),
  })),
  {
    name: 'DRAIN_SECONDS',
    default: '0 (production: 10)',
    meaning: 'on SIGTERM, clients are told to reconnect over so long, so that they do not all come at once',
    must: 'a whole number of seconds (0–3600)',
    schema: integer(0, 3600).optional(),
  },
  milliseconds('SHUTDOWN_MS', 5000, 0, 'how long clients then get to leave before they are cut off'),
  ...OPERATION_VARIABLES,
  ...COMPAT_VARIABLES,
];

/** Their values are never shown. */
const SECRETS: ReadonlySet<string> = new Set(['AUTH_SECRET', 'COMPAT_KEY', 'DATABASE_URL', 'REDIS_URL']);

/**
 * Reads and checks every variable.
 * @throws ConfigError naming each wrong one
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const problems: string[] = [];
  const values = new Map<string, unknown>();
  for (const { name, must, schema } of VARIABLES) {
    // an empty variable is one that is not set, as in compose files
    const text = env[name] === '' ? undefined : env[name];
    const parsed = schema.safeParse(text);
    if (parsed.success) values.set(name, parsed.data);
    else problems.push(`${name} must be ${must}${SECRETS.has(name) ? '' : `, not ${JSON.stringify(text)}`}.`);
  }
  problems.push(...misspeltProblems(env, VARIABLES));
  const get = <T>(name: string): T => values.get(name) as T;
  const environment = get<Config['environment']>('ENVIRONMENT');
  const production = environment === 'production';
  if (production && !get('AUTH_SECRET') && !get('AUTH_JWKS_URL')) {
    problems.push('ENVIRONMENT=production needs AUTH_SECRET or AUTH_JWKS_URL.');
  }
  if (production && isWeakSecret(get<string | undefined>('AUTH_SECRET') ?? '')) {
    problems.push(
      'ENVIRONMENT=production needs an AUTH_SECRET that nobody can guess, such as `openssl rand -hex 32` prints.',
    );
  }
  const compatKey = get<string | undefined>('COMPAT_KEY');
  if (production && isWeakSecret(compatKey ?? '')) {
    problems.push('ENVIRONMENT=production needs a COMPAT_KEY that nobody can guess.');
  }
  const anonymous = get<CompatRight[] | undefined>('COMPAT_ANONYMOUS');
  if (production && anonymous?.includes('publish')) {
    problems.push('COMPAT_ANONYMOUS=publish is for development: give publishers a token or COMPAT_KEY.');
  }
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  return {
    environment,
    host: get<string | undefined>('HOST') ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port: get('WEBSOCKET_PORT'),
    feeds: get('FEEDS'),
    dataDir: get('DATA_DIR'),
    databaseUrl: get('DATABASE_URL'),
    redisUrl: get('REDIS_URL'),
    redisPrefix: get('REDIS_PREFIX'),
    authSecret: get('AUTH_SECRET'),
    authJwksUrl: get('AUTH_JWKS_URL'),
    authIssuer: get('AUTH_ISSUER'),
    authAudience: get('AUTH_AUDIENCE'),
    allowedOrigins: get<string[] | undefined>('ALLOWED_ORIGINS') ?? (production ? [] : undefined),
    logLevel: get('LOG_LEVEL'),
    staleAfterMs: get('STALE_AFTER_MS'),
    marketCalendars: get('MARKET_CALENDARS'),
    fundFlowThresholds: get('FUND_FLOW_THRESHOLDS'),
    slowClientTimeoutMs: get('SLOW_CLIENT_TIMEOUT_MS'),
    maxQueueFrames: get('MAX_QUEUE_FRAMES'),
    connectionInitTimeoutMs: get('CONNECTION_INIT_TIMEOUT_MS'),
    keepAliveMs: get('KEEP_ALIVE_MS'),
    maxPayloadBytes: get('MAX_PAYLOAD_BYTES'),
    limits: limitSettings((name) => get(name)),
    drainMs: (get<number | undefined>('DRAIN_SECONDS') ?? (production ? 10 : 0)) * 1000,
    shutdownMs: get('SHUTDOWN_MS'),
    operationLimits: {
      maxTokens: get('MAX_DOCUMENT_TOKENS'),
      maxDepth: get('MAX_DEPTH'),
      maxAliases: get('MAX_ALIASES'),
      maxDirectives: get('MAX_DIRECTIVES'),
      maxRootFields: get('MAX_ROOT_FIELDS'),
      maxCost: get('MAX_COST'),
      maxSubscriptionCost: get('MAX_SUBSCRIPTION_COST'),
    },
    introspection: get('INTROSPECTION') === 'allowed' || (get('INTROSPECTION') === undefined && !production),
    trustedDocuments: get('TRUSTED_DOCUMENTS'),
    compat: {
      wires: get<CompatWire[] | undefined>('COMPAT') ?? (environment === 'development' ? ['orderbook'] : []),
      key: compatKey,
      anonymous: anonymous ?? (environment === 'development' ? ['read'] : []),
      levels: get('COMPAT_LEVELS'),
      polling: (get('COMPAT_SOCKETIO_POLLING') ?? (get('REDIS_URL') ? 'refused' : 'allowed')) === 'allowed',
      allowEIO3: get('COMPAT_SOCKETIO_LEGACY') === 'allowed',
    },
  };
}
