import { errorsJson } from './stream-errors.ts';
import { asBytes, type StreamFormat, sharedChunks } from './stream-format.ts';

/** Ends each part, and begins the next one: Apollo Client hands a part out only when this has come. */
const BOUNDARY = '\r\n--graphql';
const LAST = '--\r\n';

/** @param json as `latin1` */
const part = (json: string): string => `\r\ncontent-type: application/json\r\n\r\n${json}${BOUNDARY}`;

const failure = (errorsText: string): string =>
  part(asBytes(`{"payload":null,"errors":${errorsText}}`)) + LAST;

/** What a client is told that is to subscribe again for no fault of its own. */
const STOPPING = JSON.stringify([
  {
    message: 'This server stops: subscribe again.',
    extensions: { code: 'SERVICE_UNAVAILABLE' },
  },
]);

/**
 * Multipart subscriptions as Apollo Client's HttpLink reads them:
 * https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol. What is said beside an event
 * is inside its `payload`; after errors with `payload: null` the client waits for the end, which therefore follows at once.
 */
export const MULTIPART: StreamFormat = {
  type: 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0',
  endAfterMs: 0,
  ping: part('{}'),
  opening: () => BOUNDARY,
  // the closing brace of the part is the last character of the payload's bytes
  chunk: sharedChunks((payload) => part(`{"payload":${payload.bytes}`)),
  ended: (errors) => (errors ? failure(errorsJson(errors)) : LAST),
  lost: (errors) => failure(errors ? errorsJson(errors) : STOPPING),
};
