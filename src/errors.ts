interface ErrorDescription {
  /** of an HTTP response */
  readonly status: number;
  /** whether the same request may succeed later */
  readonly retry: boolean;
  readonly meaning: string;
  readonly advice: string;
}

/**
 * The closed list of errors that a client can get. The code is `extensions.code`; the message says what to do next.
 * docs/reference/errors.md is generated from it.
 */
export const ERROR_CODES = {
  AUTH_REQUIRED: {
    status: 401,
    retry: false,
    meaning: 'The operation needs a token, and none was sent.',
    advice: 'Send one, as `Authorization: Bearer …` or in `connection_init`.',
  },
  AUTH_FAILED: {
    status: 401,
    retry: false,
    meaning: 'The token is malformed, was signed with another key, names no user, or was revoked.',
    advice: 'Get a token that was issued for this server.',
  },
  AUTH_TOKEN_EXPIRED: {
    status: 401,
    retry: false,
    meaning: 'The token was valid and has expired.',
    advice: 'Get a new token and connect again.',
  },
  INVALID_INPUT: {
    status: 400,
    retry: false,
    meaning: 'The operation or an argument is wrong; syntax errors included.',
    advice: 'Correct it as the message says.',
  },
  INVALID_SYMBOL: {
    status: 400,
    retry: false,
    meaning: 'The text is not a symbol.',
    advice: 'Write it as the message says; `extensions.suggestion` has the nearest symbol.',
  },
  ROOM_NOT_FOUND: {
    status: 404,
    retry: false,
    meaning: 'The room does not exist, or you may not see it.',
    advice: 'Check the id, or ask for an invitation.',
  },
  SUBSCRIPTION_FAILED: {
    status: 500,
    retry: true,
    meaning: 'The subscription could not be opened.',
    advice: 'Subscribe again after a pause.',
  },
  PERMISSION_DENIED: {
    status: 403,
    retry: false,
    meaning: 'Your roles do not allow the operation.',
    advice: 'Ask for the role that the message names.',
  },
  RATE_LIMIT_EXCEEDED: {
    status: 429,
    retry: true,
    meaning: 'A rate or a bound is exceeded.',
    advice: 'Wait for `extensions.retryAfterMs`.',
  },
  CONFLICT: {
    status: 409,
    retry: false,
    meaning: 'The operation contradicts the current state.',
    advice: 'Read the current state and decide again.',
  },
  SERVICE_UNAVAILABLE: {
    status: 503,
    retry: true,
    meaning: 'Something that the server needs is away: the database, Redis, the market leader.',
    advice: 'Try again after a pause.',
  },
  INTERNAL_ERROR: {
    status: 500,
    retry: false,
    meaning: 'A defect of the server. The client gets no detail of it.',
    advice: 'Report `extensions.errorId`; the log has the rest under the same id.',
  },
} as const satisfies Record<string, ErrorDescription>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** What a client sent, as a message quotes it: cut short, and of lists and objects the kind alone, however deep they are. */
export function quoted(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'A list' : 'An object';
}

/**
 * Makes errors without the calls that led to them. Who attacks causes thousands a second, of which it is their code and
 * message that matter; to collect and print the calls takes a third of the CPU then.
 */
export function withoutStack<T>(make: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** An error whose message is meant for the client. Anything else that is thrown is masked as INTERNAL_ERROR. */
export class TickroomError extends Error {
  override readonly name = 'TickroomError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  /** @param details extra `extensions` fields for the client, such as `retryAfterMs` */
  constructor(code: ErrorCode, message: string, details: Record<string, unknown> = {}) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = limit;
    this.code = code;
    this.details = details;
  }
}
