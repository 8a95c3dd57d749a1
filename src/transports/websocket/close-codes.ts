import { CloseCode } from 'graphql-ws';
import type { TickroomError } from '../../errors.ts';

/**
 * Why the server closes a WebSocket. graphql-ws clients reconnect by themselves after the retryable ones and give up
 * after the others: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
 */
export const CLOSE = {
  /** retryable: this server is going away */
  goingAway: { code: 1001, reason: 'Going away: reconnect' },
  /** retryable: the reader stayed behind for too long */
  stuckReader: { code: 1013, reason: 'Too slow: reconnect and read on' },
  /** final: the token in connection_init was refused */
  unauthorized: { code: CloseCode.Unauthorized, reason: 'Unauthorized' },
  /** retryable, so that clients ask for a new token: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md */
  tokenEnded: { code: CloseCode.Forbidden, reason: 'AUTH_TOKEN_EXPIRED: Connect again with a new token' },
  /** final: messages are text */
  binary: { code: 1003, reason: 'Send text' },
  /** final: a message that is the server's to send, or nested too deeply to be answered */
  invalidMessage: { code: CloseCode.BadRequest, reason: 'Invalid message received' },
  /** final: too many connections of this user */
  tooMany: { code: 4429, reason: 'Too many connections' },
  /** more pings, pongs or fragments than any client needs: https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
  flood: { code: 1008, reason: 'RATE_LIMIT_EXCEEDED: Too many pings, pongs or fragments' },
  /** final: a defect here, which trying again would meet again */
  internalError: { code: CloseCode.InternalServerError, reason: 'Internal error' },
} as const;

/** https://www.rfc-editor.org/rfc/rfc6455#section-5.5 */
const MAX_REASON_BYTES = 123;

/** As much of a reason as a close frame holds: it may quote what a client sent. */
export function closeReason(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= MAX_REASON_BYTES) return reason;
  // a character that was cut is left out
  return new TextDecoder().decode(bytes.subarray(0, MAX_REASON_BYTES), { stream: true });
}

/** The reason of a close that an error causes: it begins with the code. */
export const reasonOf = ({ code, message }: TickroomError): string => closeReason(`${code}: ${message}`);
