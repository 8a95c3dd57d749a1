import type { GraphQLError } from 'graphql';
import { TickroomError } from '../../errors.ts';
import type { Tracked } from '../../fanout/resume/tracked.ts';
import type { FormatError } from '../context/format-error.ts';

/**
 * One subscription, from the moment a client asks for it. What serves it hangs its closing here, so that whoever ends
 * it first, the client, the socket or the server, nothing stays open; also when it ends while it is still opening.
 */
export abstract class LiveSubscription {
  readonly #formatError: FormatError;
  #closers: (() => void)[] | undefined;
  #progress: Tracked | undefined;
  #closed = false;
  #isLost = false;
  #isEnded = false;

  constructor(formatError: FormatError) {
    this.#formatError = formatError;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** It closed since its connection is gone: its client may come back. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** It closed since the server ended it. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Runs once, when it closes; at once if it has closed already. */
  onClose(close: () => void): void {
    if (this.#closed) {
      close();
      return;
    }
    this.#closers ??= [];
    this.#closers.push(close);
  }

  /** Whether its connection may be dead, since the peer owes an answer. */
  get isDoubtful(): boolean {
    return false;
  }

  /** Keeps where it is until it closes; to be called before what it depends on is let go of. */
  keepProgress(progress: Tracked): void {
    this.#progress = progress;
    this.onClose(() => {
      if (this.#progress === progress) progress.finish();
    });
  }

  /** What was written so far is on its way. */
  markProgress(): void {
    this.#progress?.mark();
  }

  /** The peer has everything up to the mark. */
  confirmProgress(): void {
    this.#progress?.confirm();
  }

  /** Its connection is gone, and its client may come back and go on. @param hasAll it has all that was written */
  lose(hasAll: boolean): void {
    this.#isLost = true;
    const progress = this.#progress;
    this.#progress = undefined;
    progress?.lose(hasAll);
    this.close();
  }

  /** Its client has come back with another connection, where it goes on: what is kept of it is that one's. */
  takenOver(): void {
    this.#progress = undefined;
    this.end(
      new TickroomError(
        'CONFLICT',
        'The same operation goes on over another connection: use another id or session for another client.',
      ),
    );
  }

  /** The server ends it: it is complete, or fails. Does nothing once it is closed. */
  end(error?: unknown): void {
    if (this.#closed) return;
    this.#isEnded = true;
    this.close();
    this.ended(error === undefined ? undefined : this.#formatError(error));
  }

  /** The client wants no more: lets go of everything and tells it nothing. Calling it again does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const closers = this.#closers;
    this.#closers = undefined;
    for (let close = closers?.pop(); close; close = closers?.pop()) close();
  }

  /** Tells the client. */
  protected abstract ended(error: GraphQLError | undefined): void;
}
