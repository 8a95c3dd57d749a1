import { CloseCode } from 'graphql-ws';

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
  /** final: a defect here, which trying again would meet again */
  internalError: { code: CloseCode.InternalServerError, reason: 'Internal error' },
} as const;
