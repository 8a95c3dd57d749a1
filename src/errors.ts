/**
 * The closed list of errors a client can meet. The code travels as `extensions.code`; the message says what to
 * do next. README.md carries the same list as a table; `tests/errors.test.ts` keeps the two equal.
 */
export const ERROR_CODES = {
  AUTH_REQUIRED: { status: 401, retry: false },
  AUTH_FAILED: { status: 401, retry: false },
  AUTH_TOKEN_EXPIRED: { status: 401, retry: false },
  INVALID_INPUT: { status: 400, retry: false },
  INVALID_SYMBOL: { status: 400, retry: false },
  ROOM_NOT_FOUND: { status: 404, retry: false },
  SUBSCRIPTION_FAILED: { status: 500, retry: true },
  PERMISSION_DENIED: { status: 403, retry: false },
  RATE_LIMIT_EXCEEDED: { status: 429, retry: true },
  CONFLICT: { status: 409, retry: false },
  SERVICE_UNAVAILABLE: { status: 503, retry: true },
  INTERNAL_ERROR: { status: 500, retry: false },
} as const satisfies Record<string, { status: number; retry: boolean }>;

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
