import { eventId } from '../../fanout/resume/last-event-id.ts';
import { comeBackMs, errorsJson, retryAfterMs } from './stream-errors.ts';
import { asBytes, chunkOf, type StreamFormat, sharedChunks } from './stream-format.ts';

/** A comment, which keeps the connection alive. */
const PING = ':\n\n';

/** The end of a stream that is not to be opened again. Without it clients take an end for a lost connection. */
const COMPLETE = 'event: complete\ndata:\n\n';

/**
 * So long after its last event a stream without `complete` ends. In browsers graphql-sse 2.6.1 does not see an end that comes
 * in one go with an event (it looks whether somebody waits for the next one), and then waits for ever.
 */
const END_AFTER_MS = 250;

/** An event with a result. @param json without line breaks */
const nextEvent = (json: string, id?: string): string =>
  `event: next\ndata: ${json}\n${id === undefined ? '' : `id: ${id}\n`}\n`;

/** Says after how long an EventSource connects again when the stream ends, from now on. */
const comeBack = (afterMs?: number): string => `retry: ${comeBackMs(afterMs)}\n\n`;

const shared = sharedChunks((payload, link) => nextEvent(payload.bytes.slice(0, -1), eventId(link, payload)));

/**
 * A stream of one subscription, as graphql-sse's "distinct connections" mode, EventSource and urql read it:
 * https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md. Events of trades, rooms and inboxes have an id.
 */
export const EVENT_STREAM: StreamFormat = {
  type: 'text/event-stream',
  endAfterMs: END_AFTER_MS,
  ping: PING,
  // browsers hand out no answer without a body. After a refusal they may still wait as long as that one said
  opening: () => `${PING}${comeBack()}`,
  chunk(link, payload) {
    if (link.policy.eventId !== 'OF_ALL_TOPICS') return shared(link, payload);
    return chunkOf(nextEvent(payload.bytes.slice(0, -1), eventId(link, payload)));
  },
  ended: (errors) =>
    errors ? `${nextEvent(asBytes(`{"errors":${errorsJson(errors)}}`))}${COMPLETE}` : COMPLETE,
  lost: (errors) =>
    errors
      ? `${nextEvent(asBytes(`{"errors":${errorsJson(errors)}}`))}${comeBack(retryAfterMs(errors))}`
      : comeBack(),
};

/** A result that is no stream, in a stream of its own. */
export const resultEvents = (json: string): string => `${nextEvent(asBytes(json))}${COMPLETE}`;
