import { TickroomError } from '../errors.ts';

/** Of Prisma: https://www.prisma.io/docs/orm/reference/error-reference */
const PRISMA_CODES = new Set(['P1001', 'P1002', 'P1008', 'P1011', 'P1017', 'P2024', 'P2028', 'P2037']);
/** Of PostgreSQL: connection exceptions, too many connections, shutdown and start: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const SQL_STATES = /^(08...|53[23]00|57P0[1-5]|57014)$/;
const SOCKET_CODES =
  /^E(CONN(REFUSED|RESET|ABORTED)|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN|NOTFOUND)$/;
/** Of the driver adapter. */
const KINDS =
  /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections|TlsConnectionError|DatabaseDoesNotExist|AuthenticationFailed)$/;
/** The driver names some failures by their text alone. */
const TEXTS =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable|Client was closed|the database system is|Cannot use a pool after calling end/i;

interface Failure {
  readonly code?: unknown;
  readonly originalCode?: unknown;
  readonly kind?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly meta?: { readonly driverAdapterError?: unknown } | undefined;
}

/** Whether the database could not be reached, rather than refused what it was asked. */
export function isOutage(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 5) return false;
  const { code, originalCode, kind, message, cause, meta } = error as Failure;
  return (
    [code, originalCode].some(
      (value) =>
        typeof value === 'string' &&
        (PRISMA_CODES.has(value) || SQL_STATES.test(value) || SOCKET_CODES.test(value)),
    ) ||
    (typeof kind === 'string' && KINDS.test(kind)) ||
    (typeof message === 'string' && TEXTS.test(message)) ||
    isOutage(cause, depth + 1) ||
    isOutage(meta?.driverAdapterError, depth + 1)
  );
}

/** Of PostgreSQL: text that holds NUL. Names and messages are checked before; an id is whatever a client sent. */
const UNSTORABLE = '22021';

function isUnstorable(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 5) return false;
  const { code, originalCode, message, cause, meta } = error as Failure;
  return (
    code === UNSTORABLE ||
    originalCode === UNSTORABLE ||
    (typeof message === 'string' && message.includes(`Code: \`${UNSTORABLE}\``)) ||
    isUnstorable(cause, depth + 1) ||
    isUnstorable(meta?.driverAdapterError, depth + 1)
  );
}

/** A failure of the database as the rest of the server knows it. */
export function asStoreError(error: unknown): unknown {
  if (error instanceof TickroomError) return error;
  if (isUnstorable(error)) {
    return new TickroomError('INVALID_INPUT', 'Ids and texts must not hold NUL: check what you send.');
  }
  if (!isOutage(error)) return error;
  const outage = new TickroomError(
    'SERVICE_UNAVAILABLE',
    'The database cannot be reached at the moment: try again after a pause.',
  );
  outage.cause = error;
  return outage;
}

/**
 * A store whose calls fail with SERVICE_UNAVAILABLE while the database is away.
 * @param onOutcome hears of each call whether the database was there
 */
export function guarded<S extends object>(
  store: S,
  onOutcome: (reached: boolean, error?: unknown) => void,
): S {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        try {
          const result: unknown = await Reflect.apply(value, target, args);
          onOutcome(true);
          return result;
        } catch (error) {
          const known = asStoreError(error);
          if (known !== error && isOutage(error)) onOutcome(false, error);
          throw known;
        }
      };
    },
  });
}
