import type { IncomingMessage } from 'node:http';
import type { Authenticate } from '../../auth/authenticate.ts';
import { bearerToken } from '../../auth/credentials.ts';
import { HOW_TO_SIGN_IN } from '../../auth/require-viewer.ts';
import { TickroomError } from '../../errors.ts';
import { isOwnMachine } from '../../limits/address.ts';
import type { Limits } from '../../limits/limits.ts';
import type { Admission } from '../admission.ts';

export interface StatsAccessOptions {
  readonly authenticate: Authenticate;
  readonly admission: Admission;
  readonly limits: Limits;
  /** Whether market data and figures may be read without a token. */
  readonly anonymousReads: boolean;
}

/**
 * Who may read `GET /stats`: whoever may read the field `stats`, and programs of this machine, such as a collector of
 * metrics. A request that a proxy forwarded is of another machine, although its connection is not.
 * @returns why not; undefined: they may
 */
export function statsAccess({ authenticate, admission, limits, anonymousReads }: StatsAccessOptions) {
  return async (request: IncomingMessage): Promise<TickroomError | undefined> => {
    const address = admission.addressOf(request);
    const { authorization, forwarded, 'x-forwarded-for': forwardedFor } = request.headers;
    const isForwarded = admission.trustProxy === 0 && (forwarded !== undefined || forwardedFor !== undefined);
    if (authorization === undefined && (anonymousReads || (isOwnMachine(address) && !isForwarded)))
      return undefined;
    const spent = authorization === undefined ? undefined : limits.attempt(address);
    if (spent) return spent;
    try {
      const token = bearerToken(authorization);
      if (token === undefined) {
        return new TickroomError(
          'AUTH_REQUIRED',
          `Reading this needs a token on this server: ${HOW_TO_SIGN_IN}.`,
        );
      }
      await authenticate(token);
      return undefined;
    } catch (error) {
      if (!(error instanceof TickroomError)) throw error;
      if (error.code === 'AUTH_FAILED') limits.failed(address);
      return error;
    }
  };
}
