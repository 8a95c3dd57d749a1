/** How much is allowed. 0: no limit. Rates are counted over `RATE_WINDOW_MS`. */
export interface LimitSettings {
  readonly operationsPerConnection: number;
  readonly messagesPerConnection: number;
  readonly controlFramesPerConnection: number;
  readonly costPerUser: number;
  readonly operationsPerUser: number;
  readonly operationsPerAddress: number;
  readonly publicationsPerUser: number;
  readonly connectsPerAddress: number;
  readonly failuresPerAddress: number;
  readonly connectionsPerUser: number;
  readonly connectionsPerAddress: number;
  readonly subscriptionsPerConnection: number;
  readonly subscriptionsPerUser: number;
  readonly selectionsPerUser: number;
  readonly subscriptionCostPerUser: number;
  readonly passwordsPerRoom: number;
  readonly roomsPerUser: number;
  /** how many proxies of our own write X-Forwarded-For */
  readonly trustProxy: number;
  readonly tokenGraceSeconds: number;
}

export const RATE_WINDOW_MS = 10_000;

export interface LimitVariable {
  readonly name: string;
  readonly setting: keyof LimitSettings;
  readonly default: number;
  readonly most: number;
  readonly meaning: string;
  /** what the client gets beyond it; empty: it bounds nothing by itself */
  readonly answer: string;
}

const MOST = 1_000_000_000;

/** The variables behind the settings. */
export const LIMIT_VARIABLES: readonly LimitVariable[] = [
  {
    name: 'OPERATIONS_PER_CONNECTION',
    setting: 'operationsPerConnection',
    default: 10_000,
    most: MOST,
    meaning: 'operations of one connection in 10 s; 0: no limit, here and below',
    answer: 'RATE_LIMIT_EXCEEDED for the operation',
  },
  {
    name: 'MESSAGES_PER_CONNECTION',
    setting: 'messagesPerConnection',
    default: 30_000,
    most: MOST,
    meaning:
      'messages of one WebSocket in 10 s, before they are parsed; what is more is read later. A PUBLISHER has PUBLICATIONS_PER_USER more',
    answer: 'the WebSocket is read later',
  },
  {
    name: 'CONTROL_FRAMES_PER_CONNECTION',
    setting: 'controlFramesPerConnection',
    default: 2000,
    most: MOST,
    meaning:
      'pings, pongs and fragments of one WebSocket in 10 s; a WebSocket that sends more is closed (1008)',
    answer: 'close 1008, and a failure of the address',
  },
  {
    name: 'COST_PER_USER',
    setting: 'costPerUser',
    default: 500_000,
    most: MOST,
    meaning:
      'cost of the queries and mutations of one user in 10 s, per instance; without a token, of one connection and of one address',
    answer: 'RATE_LIMIT_EXCEEDED for the operation',
  },
  {
    name: 'OPERATIONS_PER_USER',
    setting: 'operationsPerUser',
    default: 20_000,
    most: MOST,
    meaning: 'operations of one user in 10 s, at all instances together',
    answer: 'RATE_LIMIT_EXCEEDED for the operation',
  },
  {
    name: 'OPERATIONS_PER_ADDRESS',
    setting: 'operationsPerAddress',
    default: 20_000,
    most: MOST,
    meaning: 'operations from one address in 10 s, at all instances together; not from this machine',
    answer: 'RATE_LIMIT_EXCEEDED for the operation',
  },
  {
    name: 'PUBLICATIONS_PER_USER',
    setting: 'publicationsPerUser',
    default: 200_000,
    most: MOST,
    meaning:
      'publishing mutations of one PUBLISHER in 10 s, at all instances together; no other rate counts them',
    answer: 'RATE_LIMIT_EXCEEDED for the operation',
  },
  {
    name: 'CONNECTS_PER_ADDRESS',
    setting: 'connectsPerAddress',
    default: 2000,
    most: MOST,
    meaning: 'new WebSockets and event streams from one address in 10 s, at all instances together',
    answer:
      'WebSocket: HTTP 429, before it is opened, and after two seconds; event stream: RATE_LIMIT_EXCEEDED',
  },
  {
    name: 'FAILURES_PER_ADDRESS',
    setting: 'failuresPerAddress',
    default: 300,
    most: MOST,
    meaning:
      'refused tokens, and WebSockets that broke the protocol, from one address in 10 s, at all instances together; then no new connection and no token from there is looked at',
    answer: 'as for CONNECTS_PER_ADDRESS, also for requests with a token',
  },
  {
    name: 'CONNECTIONS_PER_USER',
    setting: 'connectionsPerUser',
    default: 1000,
    most: MOST,
    meaning: 'WebSockets and event streams of one user at one time, per instance',
    answer:
      'WebSocket: close 4429, after which clients do not retry by themselves; event stream: RATE_LIMIT_EXCEEDED',
  },
  {
    name: 'CONNECTIONS_PER_ADDRESS',
    setting: 'connectionsPerAddress',
    default: 20_000,
    most: MOST,
    meaning: 'WebSockets and event streams from one address at one time, per instance',
    answer: 'WebSocket: HTTP 429, before it is opened; event stream: RATE_LIMIT_EXCEEDED',
  },
  {
    name: 'SUBSCRIPTIONS_PER_CONNECTION',
    setting: 'subscriptionsPerConnection',
    default: 5000,
    most: MOST,
    meaning: 'subscriptions of one connection at one time',
    answer: 'RATE_LIMIT_EXCEEDED for the operation',
  },
  {
    name: 'SUBSCRIPTIONS_PER_USER',
    setting: 'subscriptionsPerUser',
    default: 20_000,
    most: MOST,
    meaning: 'subscriptions of one user at one time, per instance',
    answer: 'RATE_LIMIT_EXCEEDED for the operation',
  },
  {
    name: 'SELECTIONS_PER_USER',
    setting: 'selectionsPerUser',
    default: 1000,
    most: MOST,
    meaning:
      'distinct selections of the subscriptions of one user at one time, per instance; without a token, of one connection',
    answer: 'RATE_LIMIT_EXCEEDED for the operation',
  },
  {
    name: 'SUBSCRIPTION_COST_PER_USER',
    setting: 'subscriptionCostPerUser',
    default: 10_000_000,
    most: MOST,
    meaning: 'cost of those distinct selections together',
    answer: 'RATE_LIMIT_EXCEEDED for the operation',
  },
  {
    name: 'PASSWORDS_PER_ROOM',
    setting: 'passwordsPerRoom',
    default: 5,
    most: MOST,
    meaning: 'passwords that one user may try at one room in 10 s, at all instances together',
    answer: 'RATE_LIMIT_EXCEEDED for the operation',
  },
  {
    name: 'ROOMS_PER_USER',
    setting: 'roomsPerUser',
    default: 1000,
    most: MOST,
    meaning: 'rooms of which one user is an OWNER, beyond which no more are created; not of an ADMIN account',
    answer: 'CONFLICT for `createRoom`',
  },
  {
    name: 'TRUST_PROXY',
    setting: 'trustProxy',
    default: 0,
    most: 10,
    meaning:
      'how many proxies stand before the server, each adding to `X-Forwarded-For`; 0: it is not believed',
    answer: '',
  },
  {
    name: 'TOKEN_GRACE_SECONDS',
    setting: 'tokenGraceSeconds',
    default: 0,
    most: 86_400,
    meaning: 'what a token has opened goes on for so long after its end',
    answer: 'AUTH_TOKEN_EXPIRED',
  },
];

/** @param read a variable, checked */
export function limitSettings(read: (name: string) => number): LimitSettings {
  const values = LIMIT_VARIABLES.map(({ name, setting }) => [setting, read(name)] as const);
  return Object.fromEntries(values) as Record<keyof LimitSettings, number>;
}
