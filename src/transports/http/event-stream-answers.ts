import type { ExecutionResult } from 'graphql';
import { type FetchAPI, isAsyncIterable, type Plugin } from 'graphql-yoga';
import {
  COMPLETE,
  comeBack,
  failure,
  isPassing,
  nextEvent,
  PING,
  statusOf,
  withoutInternals,
} from './event-stream-format.ts';

const TYPE = 'text/event-stream';
/** Proxies give up a stream on which nothing comes for a minute or so. */
const PING_EVERY_MS = 12_000;
/**
 * So long after its last event a stream without `complete` ends. In browsers graphql-sse 2.6.1 does not see an end that comes
 * in one go with an event (it looks whether somebody waits for the next one), and then waits for ever.
 */
const END_AFTER_MS = 250;

/** A part of an event stream, as it is sent. */
export interface StreamPart {
  readonly text: string;
}

/**
 * Writes event streams. Yoga's own end all of them with `complete`, and answer refusals with a status: EventSource then
 * never connects again, although the reason may pass, and graphql-sse does again and again, although it does not.
 * - What may pass is answered with 200, the error, `retry:`, and an end without `complete`: EventSource and graphql-sse
 *   connect again.
 * - What will not pass is answered with its status to a GET, after which EventSource stops, and with 200, the error and
 *   `complete` to a POST, after which graphql-sse stops. That one takes every other status for a network failure.
 */
export const eventStreamAnswers: Plugin = {
  onResultProcess({ request, result, resultProcessor, setResultProcessor }) {
    if (isAsyncIterable(result)) {
      // of the types that Yoga has for subscriptions it is the only one that streams; none: not acceptable
      if (!resultProcessor) return;
      const parts = result as AsyncIterable<object> as AsyncIterable<StreamPart>;
      setResultProcessor((_, fetchAPI) => answer(fetchAPI, 200, parts), TYPE);
    } else if (!Array.isArray(result) && wantsEventStream(request)) {
      setResultProcessor((_, fetchAPI) => {
        const mayPass = isPassing(result);
        const status = request.method === 'GET' && !mayPass ? statusOf(result) : 200;
        return answer(fetchAPI, status, only({ text: textOf(result, mayPass) }));
      }, TYPE);
    }
  },
};

/** Whether a request takes event streams, and JSON not: one that takes JSON can be told by a status. */
function wantsEventStream({ headers }: Request): boolean {
  const types = (headers.get('accept') ?? '*/*').split(',').map((type) => type.split(';', 1)[0]?.trim());
  const takesJson = types.some((type) =>
    /^(\*\/\*|application\/(\*|json|graphql-response\+json))$/i.test(type ?? ''),
  );
  return !takesJson && types.some((type) => type?.toLowerCase() === TYPE);
}

function textOf(result: ExecutionResult, mayPass: boolean): string {
  const { data, errors } = result;
  if (data === undefined && errors) return failure(errors, mayPass);
  const json = JSON.stringify({ ...result, ...(errors && { errors: errors.map(withoutInternals) }) });
  return `${nextEvent(json)}${COMPLETE}`;
}

async function* only(part: StreamPart): AsyncGenerator<StreamPart> {
  yield part;
}

function answer(fetchAPI: FetchAPI, status: number, parts: AsyncIterable<StreamPart>): Response {
  const body = new fetchAPI.ReadableStream(sourceOf(parts, new fetchAPI.TextEncoder()));
  return new fetchAPI.Response(body, {
    status,
    headers: { 'content-type': TYPE, 'cache-control': 'no-cache', 'content-encoding': 'none' },
  });
}

/** Takes parts only as fast as they are read. */
function sourceOf(parts: AsyncIterable<StreamPart>, encoder: TextEncoder) {
  const iterator = parts[Symbol.asyncIterator]();
  let timer: NodeJS.Timeout | undefined;
  let isComplete = false;
  return {
    start(controller: ReadableStreamDefaultController<Uint8Array>) {
      // browsers hand out no answer without a body. After a refusal they may still wait as long as that one said
      controller.enqueue(encoder.encode(`${PING}${comeBack()}`));
      timer = setInterval(() => {
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(PING));
      }, PING_EVERY_MS);
    },
    async pull(controller: ReadableStreamDefaultController<Uint8Array>) {
      const next = await iterator.next();
      if (!next.done) {
        const { text } = next.value;
        isComplete = text.endsWith(COMPLETE);
        controller.enqueue(encoder.encode(text));
        return;
      }
      clearInterval(timer);
      if (isComplete) controller.close();
      else timer = setTimeout(() => controller.close(), END_AFTER_MS);
    },
    async cancel() {
      clearInterval(timer);
      await iterator.return?.();
    },
  };
}
