import { TickroomError } from '../../errors.ts';

/** Of Prisma: https://www.prisma.io/docs/orm/reference/error-reference */
const PRISMA_CODES = new Set(['P1001', 'P1002', 'P1008', 'P1011', 'P1017', 'P2024', 'P2028', 'P2037']);
/**
 * Of PostgreSQL: connection exceptions, a database that does not exist (while it is being replaced), too many connections,
 * shutdown and start: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const SQL_STATES = /^(08...|3D000|53[123]00|57P0[1-5]|57014)$/;
/** Of PostgreSQL: the disk is full. */
const DISK_FULL = '53100';
const SOCKET_CODES =
  /^E(CONN(REFUSED|RESET|ABORTED)|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN|NOTFOUND)$/;
/** Of the driver adapter. */
const KINDS =
  /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections|TlsConnectionError|DatabaseDoesNotExist|AuthenticationFailed)$/;
/** The driver names some failures by their text alone. */
const TEXTS =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable|Client was closed|the database system is|is not currently accepting connections|Cannot use a pool after calling end/i;

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

/** Whether the database could not write because its disk is full. */
export function isDiskFull(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 5) return false;
  const { code, originalCode, message, cause, meta } = error as Failure;
  return (
    code === DISK_FULL ||
    code === 'ENOSPC' ||
    originalCode === DISK_FULL ||
    (typeof message === 'string' && /No space left on device|Code: `53100`/.test(message)) ||
    isDiskFull(cause, depth + 1) ||
    isDiskFull(meta?.driverAdapterError, depth + 1)
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
  if (isDiskFull(error)) {
    const full = new TickroomError(
      'SERVICE_UNAVAILABLE',
      'The disk of the database is full, so nothing can be stored: try again once its operator has made space.',
    );
    full.cause = error;
    return full;
  }
  if (!isOutage(error)) return error;
  const outage = new TickroomError(
    'SERVICE_UNAVAILABLE',
    'The database cannot be reached at the moment: try again after a pause.',
  );
  outage.cause = error;
  return outage;
}

/** How one call of a store ended, as far as the place is concerned. */
export type Outcome = 'reached' | 'away' | 'full';

/**
 * A store whose calls fail with SERVICE_UNAVAILABLE while the database is away or full.
 * @param onOutcome hears of each call how it ended
 */
export function guarded<S extends object>(
  store: S,
  onOutcome: (outcome: Outcome, call: string, error?: unknown) => void,
): S {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      const call = `${store.constructor.name}.${String(name)}`;
      return async (...args: unknown[]) => {
        try {
          const result: unknown = await Reflect.apply(value, target, args);
          onOutcome('reached', call);
          return result;
        } catch (error) {
          const known = asStoreError(error);
          if (isDiskFull(error)) onOutcome('full', call, error);
          else if (known !== error && isOutage(error)) onOutcome('away', call, error);
          throw known;
        }
      };
    },
  });
}
