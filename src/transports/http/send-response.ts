import type { ServerResponse } from 'node:http';
import type { StreamBody } from '../streams/response-body.ts';

/** Sends an answer of the framework. @param body what its body is written by; undefined: it has its own */
export async function sendResponse(
  answer: Response,
  response: ServerResponse,
  body: StreamBody | undefined,
): Promise<void> {
  const text = body ? '' : await answer.text();
  // its client has gone
  if (response.destroyed) return;
  const head = { status: answer.status, headers: Object.fromEntries(answer.headers) };
  if (body) {
    body.begin(response, head);
    return;
  }
  response.statusCode = head.status;
  for (const [name, value] of Object.entries(head.headers)) response.setHeader(name, value);
  response.end(text);
}
