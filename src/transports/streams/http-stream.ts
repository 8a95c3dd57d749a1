import type { ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { confirmPosition } from '../../fanout/members/confirmed.ts';
import type { Outbox } from '../../fanout/outbox/outbox.ts';
import type { Batch, Sink } from '../../fanout/outbox/sink.ts';
import type { FormatError } from '../../graphql/context/format-error.ts';
import { LiveSubscription } from '../../graphql/live/live-subscription.ts';
import type { ResponseHead, StreamBody } from './response-body.ts';
import { ResponseWriter } from './response-writer.ts';
import { isPassing } from './stream-errors.ts';
import { chunkOf, type StreamFormat } from './stream-format.ts';

/** One write takes at most so much, so that a reader who stops costs no more than this beside its queue. */
const MAX_WRITE_BYTES = 64 * 1024;

/**
 * What was written so long ago has arrived, unless the connection was dead for all that time and neither the server nor a
 * proxy noticed. Clients of streamed answers confirm nothing.
 */
const ARRIVED_AFTER_MS = 60_000;

/** One subscription that is answered by a streamed HTTP response. */
export class HttpStream extends LiveSubscription implements Sink, StreamBody {
  readonly format: StreamFormat;
  /** Told when the peer has taken what was written. */
  onReady: () => void = () => {};
  readonly #formatError: FormatError;
  #writer: ResponseWriter | undefined;
  #isEstimated = false;
  /** what it ended with, still to be written; undefined: it goes on, or that was written */
  #last: { readonly text: string; readonly afterMs: number } | undefined;

  constructor(formatError: FormatError, format: StreamFormat) {
    super(formatError);
    this.#formatError = formatError;
    this.format = format;
  }

  get type(): string {
    return this.format.type;
  }

  /** Begins the answer. Until then nothing is written. */
  begin(response: ServerResponse, head: ResponseHead): void {
    this.#writer = new ResponseWriter(response, head, this.format.opening(), () => this.onReady());
    if (this.#last) this.#finish(this.#last);
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
      // Ids of later frames say up to where each topic was written here.
      if (!this.#isEstimated) confirmPosition(link, payload);
    }
    this.#writer?.write(chunks);
    return at - from;
  }

  /** Keeps proxies from giving up a stream on which nothing comes. */
  ping(): void {
    if (this.ready) this.#writer?.write(chunkOf(this.format.ping));
  }

  /** Nothing is known of its connection but that it was seen to end. */
  override get isDoubtful(): boolean {
    return true;
  }

  /** Takes what was written a while ago for received: its client will not say itself what it has. */
  estimateArrival(outbox: Outbox): void {
    this.#isEstimated = true;
    const timer = setInterval(() => {
      this.confirmProgress();
      if (outbox.length === 0) this.markProgress();
    }, ARRIVED_AFTER_MS);
    this.onClose(() => clearInterval(timer));
  }

  /** Ends it as if the connection was lost: its client connects again. @param error why, for those who show it */
  goAway(error?: GraphQLError): void {
    if (this.closed) return;
    this.lose(false);
    this.#finish({ text: this.format.lost(error && [error]), afterMs: this.format.endAfterMs });
  }

  /** An error that may pass makes its client connect again. */
  override end(error?: unknown): void {
    const known = error === undefined ? undefined : this.#formatError(error);
    if (known && isPassing({ errors: [known] })) this.goAway(known);
    else super.end(known);
  }

  protected override ended(error: GraphQLError | undefined): void {
    this.#finish({ text: this.format.ended(error && [error]), afterMs: 0 });
  }

  #finish(last: { readonly text: string; readonly afterMs: number }): void {
    this.#last = this.#writer ? undefined : last;
    this.#writer?.write(chunkOf(last.text));
    this.#writer?.end(last.afterMs);
  }
}
