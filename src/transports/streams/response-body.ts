import type { ServerResponse } from 'node:http';
import type { FetchAPI } from 'graphql-yoga';
import { ResponseWriter } from './response-writer.ts';
import { chunkOf, type StreamFormat } from './stream-format.ts';

export interface ResponseHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** A streamed answer, which writes itself once its head is known. */
export interface StreamBody {
  /** the value of `Content-Type` */
  readonly type: string;
  begin(response: ServerResponse, head: ResponseHead): void;
}

/** Streamed answers by the response that they are for: the framework makes their heads and does not see their bodies. */
export class StreamBodies {
  readonly #bodies = new WeakMap<ServerResponse, StreamBody>();

  set(response: ServerResponse, body: StreamBody): void {
    this.#bodies.set(response, body);
  }

  /** undefined: its answer is no stream */
  get(response: ServerResponse): StreamBody | undefined {
    return this.#bodies.get(response);
  }
}

/** A stream of which everything is known from the beginning. @param isLost its client is to connect again */
export function wholeStream(format: StreamFormat, text: string, isLost: boolean): StreamBody {
  return {
    type: format.type,
    begin(response, head) {
      const writer = new ResponseWriter(response, head, format.opening(), () => {});
      writer.write(chunkOf(text));
      writer.end(isLost ? format.endAfterMs : 0);
    },
  };
}

/** The head of a streamed answer for the framework: its body is written past it. */
export const streamHead = (fetchAPI: FetchAPI, type: string, status = 200): Response =>
  new fetchAPI.Response(null, {
    status,
    headers: {
      'content-type': type,
      'cache-control': 'no-cache',
      'content-encoding': 'none',
      // nginx collects answers before it passes them on: https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering
      'x-accel-buffering': 'no',
    },
  });
