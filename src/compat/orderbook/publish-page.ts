import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Viewer } from '../../auth/viewer.ts';
import { ERROR_CODES, TickroomError } from '../../errors.ts';
import type { Limits } from '../../limits/limits.ts';
import type { BookReport } from '../../market/events/market-event.ts';
import type { Admission } from '../../transports/admission.ts';
import type { Page } from '../../transports/http/http-server.ts';
import { retryAfter } from '../../transports/http-errors.ts';
import type { BookReaders } from './book-readers.ts';
import { readBook } from './read-book.ts';

export interface PublishPageOptions {
  readonly publisherOf: (request: IncomingMessage) => Promise<Viewer>;
  readonly publishBook: (report: BookReport) => Promise<void>;
  readonly readers: BookReaders;
  readonly admission: Admission;
  readonly limits: Limits;
  /** largest request body taken */
  readonly maxPayloadBytes: number;
  readonly onError: (error: unknown) => void;
}

const PATH = '/broadcast/orderbook';
/** What the old server answered to a request that is wrong: https://fastapi.tiangolo.com/tutorial/handling-errors/ */
const UNPROCESSABLE = 422;

/**
 * `POST /broadcast/orderbook?symbol=AAPL` with `{"bids", "asks", "timestamp"}` publishes a whole book, as the old
 * order-book server took it. Answers `{"status": "broadcasted", "symbol", "subscribers"}`: the subscriptions to the symbol over
 * the old wire at this instance.
 */
export function publishPage(options: PublishPageOptions): Page {
  return (request, response, pathname) => {
    if (pathname !== PATH) return false;
    publish(options, request, response).catch((error: unknown) => {
      if (!(error instanceof TickroomError)) options.onError(error);
      refuse(response, error);
    });
    return true;
  };
}

async function publish(
  { publisherOf, publishBook, readers, admission, limits, maxPayloadBytes }: PublishPageOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, headers, url } = request;
  if (method !== 'POST') {
    throw new TickroomError('INVALID_INPUT', `Post a book to ${PATH}?symbol=AAPL.`, { status: 405 });
  }
  if (!admission.admitsOrigin(request)) {
    throw new TickroomError('PERMISSION_DENIED', 'Pages of this origin may not publish here.');
  }
  const publisher = await publisherOf(request);
  const refused = limits.publication(publisher);
  if (refused) throw refused;
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    throw new TickroomError('INVALID_INPUT', 'Send the book as JSON, with content-type application/json.', {
      status: 415,
    });
  }
  const body = await readJson(request, maxPayloadBytes);
  const report = readBook(new URL(url ?? '/', 'http://localhost').searchParams.get('symbol'), body);
  await publishBook(report);
  const subscribers = readers.count(report.symbol);
  json(response, 200, { status: 'broadcasted', symbol: report.symbol, subscribers });
}

async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new TickroomError(
        'INVALID_INPUT',
        `The request is too large: at most ${maxBytes.toLocaleString('en')} bytes are taken.`,
        { status: 413 },
      );
    }
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new TickroomError('INVALID_INPUT', 'The body is not JSON: send {"bids": […], "asks": […]}.');
  }
}

/** As the old server refused: `detail` says what is wrong. Our code is beside. */
function refuse(response: ServerResponse, error: unknown): void {
  if (response.destroyed || response.headersSent) {
    response.destroy();
    return;
  }
  const known = error instanceof TickroomError ? error : undefined;
  const code = known?.code ?? 'INTERNAL_ERROR';
  const message = known?.message ?? 'Something went wrong here: try again later.';
  const { status: ownStatus, ...details }: Readonly<Record<string, unknown>> = known?.details ?? {};
  const isInvalid = code === 'INVALID_INPUT' || code === 'INVALID_SYMBOL';
  const byCode: number = isInvalid ? UNPROCESSABLE : ERROR_CODES[code].status;
  const status = typeof ownStatus === 'number' ? ownStatus : byCode;
  json(
    response,
    status,
    { detail: message, code, ...details },
    {
      // what is left of a request that is too large is not read
      ...(status === 413 ? { connection: 'close' } : undefined),
      ...retryAfter(details.retryAfterMs),
    },
  );
}

function json(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(JSON.stringify(body));
}
