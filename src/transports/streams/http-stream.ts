import type { ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { confirmPosition } from '../../fanout/members/confirmed.ts';
import type { Outbox } from '../../fanout/outbox/outbox.ts';
import type { FormatError } from '../../graphql/context/format-error.ts';
import { LiveSubscription } from '../../graphql/live/live-subscription.ts';
import type { ResponseHead, StreamBody } from './response-body.ts';
import { isPassing } from './stream-errors.ts';
import type { StreamFormat } from './stream-format.ts';
import { StreamSink } from './stream-sink.ts';

/**
 * What was written so long ago has arrived, unless the connection was dead for all that time and neither the server nor a
 * proxy noticed. Clients of streamed answers confirm nothing.
 */
export const ARRIVED_AFTER_MS = 60_000;

/** One subscription that is answered by a streamed HTTP response. */
export class HttpStream extends LiveSubscription implements StreamBody {
  readonly sink: StreamSink<StreamFormat>;
  readonly #formatError: FormatError;

  constructor(formatError: FormatError, format: StreamFormat) {
    super(formatError);
    this.#formatError = formatError;
    this.sink = new StreamSink(format);
    // Ids of later frames say up to where each topic was written here.
    this.sink.onFrame = confirmPosition;
  }

  get type(): string {
    return this.sink.format.type;
  }

  begin(response: ServerResponse, head: ResponseHead): void {
    this.sink.begin(response, head);
  }

  /** Nothing is known of its connection but that it was seen to end. */
  override get isDoubtful(): boolean {
    return true;
  }

  /** Takes what was written a while ago for received: its client will not say itself what it has. */
  estimateArrival(outbox: Outbox): void {
    this.sink.onFrame = undefined;
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
    const { format } = this.sink;
    this.sink.finish(format.lost(error && [error]), format.endAfterMs);
  }

  /** An error that may pass makes its client connect again. */
  override end(error?: unknown): void {
    const known = error === undefined ? undefined : this.#formatError(error);
    if (known && isPassing({ errors: [known] })) this.goAway(known);
    else super.end(known);
  }

  protected override ended(error: GraphQLError | undefined): void {
    this.sink.finish(this.sink.format.ended(error && [error]), 0);
  }
}
