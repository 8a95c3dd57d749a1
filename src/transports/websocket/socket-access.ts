import type { Authenticate } from '../../auth/authenticate.ts';
import { digestOf, sessionFromConnectionParams, tokenFromConnectionParams } from '../../auth/credentials.ts';
import type { Sessions } from '../../auth/sessions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { TickroomError } from '../../errors.ts';
import type { LiveSubscription } from '../../graphql/live/live-subscription.ts';
import type { OperationRequest, Operations } from '../../graphql/operations.ts';
import type { Limits } from '../../limits/limits.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { CLOSE, reasonOf } from './close-codes.ts';
import type { WebSocketConnection } from './websocket-connection.ts';

export interface SocketAccessOptions {
  readonly operations: Operations;
  readonly authenticate: Authenticate;
  readonly sessions: Sessions;
  readonly limits: Limits;
  readonly log: Logger;
}

/** A token to check counts as an operation. */
const PING: OperationRequest = { query: '' };

/** Who is on a WebSocket, for how long, and how much they may do. */
export class SocketAccess {
  readonly #options: SocketAccessOptions;
  readonly #refreshes = new WeakMap<WebSocketConnection, number>();

  constructor(options: SocketAccessOptions) {
    this.#options = options;
  }

  /** Takes `connection_init`. @returns false: refused, and the socket is being closed */
  async signIn(connection: WebSocketConnection, params: unknown): Promise<boolean> {
    const { authenticate, limits, sessions } = this.#options;
    try {
      connection.session = sessionFromConnectionParams(params);
      const token = tokenFromConnectionParams(params);
      if (token === undefined) return true;
      const viewer = await authenticate(token);
      // it may have gone while its token was checked
      if (!connection.isOpen) return false;
      const release = limits.signIn(viewer);
      connection.onClosed = () => {
        release();
        sessions.delete(connection, viewer);
      };
      sessions.set(connection, viewer);
      connection.viewer = viewer;
      connection.token = digestOf(token);
      return true;
    } catch (error) {
      const known = this.#known(error, connection, 'signIn');
      if (known.code === 'AUTH_FAILED') limits.failed(connection.address);
      connection.close({ code: closeCodeOf(known), reason: reasonOf(known) });
      return false;
    }
  }

  /** Why an operation is not let in; undefined: it is. */
  refusal(connection: WebSocketConnection, request: OperationRequest): TickroomError | undefined {
    const { operations, sessions } = this.#options;
    const refused = operations.admit(request, callerOf(connection), connection);
    if (refused) return refused;
    const over = sessions.refusal(connection.viewer);
    if (over) operations.audit(over, callerOf(connection), 'operation');
    return over;
  }

  /** Counts a subscription until it closes. @returns false: there are too many, and it was ended */
  countSubscription(connection: WebSocketConnection, stream: LiveSubscription): boolean {
    const { operations, limits } = this.#options;
    try {
      const release = limits.subscription(connection.viewer, connection.subscriptions);
      if (release) stream.onClose(release);
      return true;
    } catch (error) {
      operations.audit(error, callerOf(connection), 'subscribe');
      stream.end(error);
      return false;
    }
  }

  /** The answer to a ping: a payload with a token renews the session, any other comes back as it is. */
  async pong(connection: WebSocketConnection, payload: Record<string, unknown> | undefined): Promise<string> {
    const answer = await this.#refresh(connection, payload);
    return JSON.stringify({ type: 'pong', payload: answer ?? payload });
  }

  async #refresh(connection: WebSocketConnection, payload: unknown): Promise<object | undefined> {
    try {
      const token = tokenFromConnectionParams(payload);
      if (token === undefined) return undefined;
      const { expiresAt } = await this.#renew(connection, token);
      return {
        authenticated: true,
        expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
      };
    } catch (error) {
      const { code, message, details } = this.#known(error, connection, 'refresh');
      return { authenticated: false, code, message, ...details };
    }
  }

  /** @throws TickroomError: the old token stays */
  async #renew(connection: WebSocketConnection, token: string): Promise<Viewer> {
    const { operations, authenticate, sessions } = this.#options;
    const refused = operations.admit(PING, callerOf(connection), connection);
    if (refused) throw refused;
    if (!connection.viewer) {
      throw new TickroomError(
        'AUTH_FAILED',
        'Nobody signed in on this connection: connect again with the token in connection_init.',
      );
    }
    const turn = (this.#refreshes.get(connection) ?? 0) + 1;
    this.#refreshes.set(connection, turn);
    const viewer = await authenticate(token);
    if (connection.viewer.id !== viewer.id) {
      throw new TickroomError(
        'AUTH_FAILED',
        'A new token must be of the same user: connect again to be somebody else.',
      );
    }
    // what was sent last counts, whichever is checked first
    if (this.#refreshes.get(connection) === turn && connection.isOpen) {
      sessions.set(connection, viewer);
      connection.renewed(viewer);
      connection.token = digestOf(token);
    }
    return viewer;
  }

  #known(error: unknown, connection: WebSocketConnection, what: string): TickroomError {
    if (error instanceof TickroomError) {
      this.#options.operations.audit(error, callerOf(connection), what);
      return error;
    }
    this.#options.log.error({ err: error }, 'authentication failed unexpectedly');
    return new TickroomError('INTERNAL_ERROR', '');
  }
}

const callerOf = (connection: WebSocketConnection) => ({
  viewer: connection.viewer,
  address: connection.address,
  connection,
});

function closeCodeOf({ code }: TickroomError): number {
  if (code === 'INVALID_INPUT') return CLOSE.invalidMessage.code;
  if (code === 'RATE_LIMIT_EXCEEDED') return CLOSE.tooMany.code;
  const isRetryable = code === 'SERVICE_UNAVAILABLE' || code === 'INTERNAL_ERROR';
  return isRetryable ? 1013 : CLOSE.unauthorized.code;
}
