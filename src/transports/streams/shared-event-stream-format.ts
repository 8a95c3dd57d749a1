import type { GraphQLError } from 'graphql';
import { EVENT_STREAM } from './event-stream-format.ts';
import { errorsJson } from './stream-errors.ts';
import { asBytes, chunkOf, type FrameFormat } from './stream-format.ts';

/**
 * An event stream of many operations, as graphql-sse's "single connection" mode reads it:
 * https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md. Each event says which operation it is of. Its client
 * knows no other names of events: heartbeats are comments.
 */
export const SHARED_EVENT_STREAM: FrameFormat = {
  ...EVENT_STREAM,
  // an operation's own start of each frame is its id, as over WebSocket
  chunk: ({ member }, payload) => chunkOf(`event: next\ndata: ${member.prefix}${payload.bytes}\n\n`),
};

/** The start of each frame of an operation, as `latin1`. */
export const operationPrefix = (operationId: string): string =>
  asBytes(`{"id":${JSON.stringify(operationId)},"payload":`);

/** The result of an operation as an event. @param json of the result */
export const resultEvent = (operationId: string, json: string): string =>
  `event: next\ndata: ${operationPrefix(operationId)}${asBytes(json)}}\n\n`;

/** The last event of an operation. */
export const completeEvent = (operationId: string): string =>
  asBytes(`event: complete\ndata: ${JSON.stringify({ id: operationId })}\n\n`);

/** The last events of an operation that ended. @param errors why it failed; undefined: it is complete */
export const lastEvents = (operationId: string, errors?: readonly GraphQLError[]): string =>
  (errors ? resultEvent(operationId, `{"errors":${errorsJson(errors)}}`) : '') + completeEvent(operationId);
