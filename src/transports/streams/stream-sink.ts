import type { ServerResponse } from 'node:http';
import type { Link } from '../../fanout/members/member.ts';
import type { Batch, Sink } from '../../fanout/outbox/sink.ts';
import type { SharedPayload } from '../../fanout/payload/shared-payload.ts';
import type { ResponseHead } from './response-body.ts';
import { ResponseWriter } from './response-writer.ts';
import { chunkOf, type FrameFormat } from './stream-format.ts';

/** One write takes at most so much, so that a reader who stops costs no more than this beside its queue. */
const MAX_WRITE_BYTES = 64 * 1024;

/** Where the frames of a streamed answer go, which may begin later than they come. */
export class StreamSink<Format extends FrameFormat = FrameFormat> implements Sink {
  readonly format: Format;
  /** Told when frames may be written (again). */
  onReady: () => void = () => {};
  /** Told of each frame that was written. */
  onFrame: ((link: Link, payload: SharedPayload) => void) | undefined;
  #writer: ResponseWriter | undefined;
  /** how it ended before it began */
  #last: { readonly text: string; readonly afterMs: number } | undefined;

  constructor(format: Format) {
    this.format = format;
  }

  /** Begins the answer. Until then nothing is written. */
  begin(response: ServerResponse, head: ResponseHead): void {
    this.#writer = new ResponseWriter(response, head, this.format.opening(), () => this.onReady());
    if (this.#last) this.finish(this.#last.text, this.#last.afterMs);
    else this.onReady();
  }

  get ready(): boolean {
    return this.#writer?.ready ?? false;
  }

  send({ links, payloads }: Batch, from: number): number {
    let chunks = '';
    let at = from;
    while (at < links.length && chunks.length < MAX_WRITE_BYTES) {
      const [link, payload] = [links[at], payloads[at]];
      at += 1;
      if (!link || !payload) continue;
      chunks += this.format.chunk(link, payload);
      this.onFrame?.(link, payload);
    }
    this.#writer?.write(chunks);
    return at - from;
  }

  /** Writes a text of the format between frames; to be called when ready. */
  write(text: string): void {
    this.#writer?.write(chunkOf(text));
  }

  /** Keeps proxies from giving up a stream on which nothing comes. */
  ping(): void {
    if (this.ready) this.write(this.format.ping);
  }

  /** Writes the last words and ends the answer. @param afterMs so long after them */
  finish(text: string, afterMs: number): void {
    this.#last = this.#writer ? undefined : { text, afterMs };
    if (text !== '') this.write(text);
    this.#writer?.end(afterMs);
  }
}
