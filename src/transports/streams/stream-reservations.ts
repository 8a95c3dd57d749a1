import { TickroomError } from '../../errors.ts';
import type { Hub } from '../../fanout/hub.ts';
import type { FormatError } from '../../graphql/context/format-error.ts';
import type { Limits } from '../../limits/limits.ts';
import { rateLimited } from '../../limits/rate-limited.ts';
import type { Connections } from '../connections.ts';
import { SharedEventStream } from './shared-event-stream.ts';

/** Reservations that wait for their reader; a client opens its stream at once. */
const MAX_UNUSED = 10_000;

export interface StreamReservationsOptions {
  readonly hub: Hub;
  readonly connections: Connections;
  readonly limits: Limits;
  readonly formatError: FormatError;
  /** A reservation ends when no reader came within this. */
  readonly reservedForMs: number;
}

/** The shared event streams of this instance by their tokens, from the reservation until the connection is gone. */
export class StreamReservations {
  readonly #options: StreamReservationsOptions;
  readonly #streams = new Map<string, SharedEventStream>();
  #unused = 0;

  constructor(options: StreamReservationsOptions) {
    this.#options = options;
  }

  /** undefined: there was none, or it has ended */
  get(token: string): SharedEventStream | undefined {
    return this.#streams.get(token);
  }

  /**
   * Reserves a stream, which counts as a connection from now on.
   * @throws TickroomError RATE_LIMIT_EXCEEDED
   */
  reserve(address: string): SharedEventStream {
    const { hub, connections, limits, formatError, reservedForMs } = this.#options;
    if (this.#unused >= MAX_UNUSED) throw rateLimited('reserved event streams', reservedForMs);
    const release = limits.connect(address);
    const stream = new SharedEventStream(hub, formatError);
    stream.onClose(release);
    stream.onClose(connections.add(stream));
    this.#streams.set(stream.token, stream);
    stream.onClose(() => this.#streams.delete(stream.token));
    this.#unused += 1;
    const expiry = setTimeout(() => stream.close(), reservedForMs);
    const used = (): void => {
      if (!isUnused) return;
      isUnused = false;
      this.#unused -= 1;
      clearTimeout(expiry);
    };
    let isUnused = true;
    stream.onOpen = used;
    stream.onClose(used);
    return stream;
  }

  /** The stream that a request names. @throws TickroomError when there is none */
  find(token: string): SharedEventStream {
    const stream = this.get(token);
    if (stream) return stream;
    throw new TickroomError(
      'INVALID_INPUT',
      'There is no event stream with this token, or it has ended: reserve one with PUT.',
      { http: { status: 404 } },
    );
  }
}
