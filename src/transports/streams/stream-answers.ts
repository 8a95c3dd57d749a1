import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { FetchAPI, Plugin } from 'graphql-yoga';
import { acceptedFormat, takesJson } from './accepted-format.ts';
import { EVENT_STREAM, resultEvents } from './event-stream-format.ts';
import { MULTIPART } from './multipart-format.ts';
import { type StreamBodies, streamHead, wholeStream } from './response-body.ts';
import { isPassing, resultJson, statusOf } from './stream-errors.ts';

const JSON_TYPE = 'application/graphql-response+json; charset=utf-8';

/**
 * Makes the heads of streamed answers, and answers refusals to those who take streams alone. Of event streams Yoga's own end
 * all with `complete`, and answer refusals with a status: EventSource then never connects again, although the reason may
 * pass, and graphql-sse does again and again, although it does not.
 * - What may pass is answered with 200, the error, `retry:`, and an end without `complete`: EventSource and graphql-sse
 *   connect again.
 * - What will not pass is answered with its status to a GET, after which EventSource stops, and with 200, the error and
 *   `complete` to a POST, after which graphql-sse stops. That one takes every other status for a network failure.
 * Apollo Client shows the errors of a refusal only when they come as `application/graphql-response+json`.
 */
export function streamAnswers(bodies: StreamBodies): Plugin {
  return {
    onResultProcess({ request, result, serverContext, setResultProcessor }) {
      const { res } = serverContext as unknown as { readonly res: ServerResponse };
      const open = bodies.get(res);
      if (open) {
        setResultProcessor((_, fetchAPI) => streamHead(fetchAPI, open.type), open.type);
        return;
      }
      const accept = request.headers.get('accept');
      const format = acceptedFormat(accept);
      if (!format || takesJson(accept) || Array.isArray(result) || !isResult(result)) return;
      if (format === MULTIPART) {
        setResultProcessor((_, fetchAPI) => jsonAnswer(fetchAPI, result), JSON_TYPE);
        return;
      }
      setResultProcessor((_, fetchAPI) => {
        const mayPass = isPassing(result);
        const status = request.method === 'GET' && !mayPass ? statusOf(result) : 200;
        const body = wholeStream(EVENT_STREAM, textOf(result, mayPass), mayPass);
        bodies.set(res, body);
        return streamHead(fetchAPI, body.type, status);
      }, EVENT_STREAM.type);
    },
  };
}

const isResult = (result: unknown): result is ExecutionResult =>
  typeof result === 'object' && result !== null && !(Symbol.asyncIterator in result);

function textOf(result: ExecutionResult, mayPass: boolean): string {
  const { data, errors } = result;
  if (data !== undefined || !errors) return resultEvents(resultJson(result));
  return mayPass ? EVENT_STREAM.lost(errors) : EVENT_STREAM.ended(errors);
}

const jsonAnswer = (fetchAPI: FetchAPI, result: ExecutionResult): Response =>
  new fetchAPI.Response(resultJson(result), {
    status: statusOf(result),
    headers: { 'content-type': JSON_TYPE },
  });
