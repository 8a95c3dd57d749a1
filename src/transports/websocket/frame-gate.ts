import type { Socket } from 'node:net';
import { Allowance } from '../../limits/allowance.ts';
import { FrameMeter } from './frame-meter.ts';

/** Frames that a client may send before it is acknowledged: connection_init in parts, and a ping or two. */
const MAX_EARLY_FRAMES = 100;

/** How many frames a connection may send in 10 s; 0: no limit. */
export interface FrameRates {
  /** of messages; what is more waits unread */
  readonly messages: number;
  /** of pings, pongs and fragments together; who sends more is cut off */
  readonly others: number;
}

export interface FrameGateOptions {
  /** Asked for each chunk: who signs in as a publisher may send more. */
  readonly rates: () => FrameRates;
  readonly isAcknowledged: () => boolean;
  /** Nothing should be read for so long. */
  readonly onTooManyMessages: (waitMs: number) => void;
  /** Called once: nothing is passed on any more, and the socket should be closed. */
  readonly onFlood: () => void;
}

/**
 * Counts what a client sends before ws parses it, by the heads of frames: ws answers each ping by itself and tells of
 * no fragment, so a flood of them would be noticed only after it was paid for.
 */
export class FrameGate {
  readonly #options: FrameGateOptions;
  readonly #meter = new FrameMeter();
  #messages: Allowance | undefined;
  #others: Allowance | undefined;
  #early = 0;
  #isShut = false;

  constructor(options: FrameGateOptions) {
    this.#options = options;
  }

  /** Passes nothing on any more: ws stops reading by removing its listener, which is not on the socket. */
  stop(): void {
    this.#isShut = true;
  }

  /** Stands between a socket and the `data` listener of ws, which is the only one at that time. */
  guard(socket: Socket): void {
    const listeners = socket.listeners('data') as ((chunk: Buffer) => void)[];
    if (listeners.length === 0) throw new Error('ws does not read the socket by its data event any more.');
    socket.on('data', (chunk: Buffer) => {
      if (this.passes(chunk)) for (const listener of listeners) listener.call(socket, chunk);
    });
    for (const listener of listeners) socket.off('data', listener);
  }

  /** Counts a chunk. @returns whether it is to be parsed */
  passes(chunk: Uint8Array): boolean {
    if (this.#isShut) return false;
    const { messages, others } = this.#meter.count(chunk);
    if (!this.#options.isAcknowledged()) {
      this.#early += messages + others;
      if (this.#early > MAX_EARLY_FRAMES) return this.#shut();
    }
    if (others > 0 && !this.take(others)) return false;
    if (messages > 0) this.#takeMessages(messages);
    return true;
  }

  /** Counts pings and pongs of the subprotocol like those of WebSocket. @returns false: it was one too many */
  take(others: number): boolean {
    const most = this.#options.rates().others;
    if (most === 0 || this.#isShut) return !this.#isShut;
    this.#others ??= new Allowance(most);
    return this.#others.owe(most, others) === 0 || this.#shut();
  }

  #takeMessages(count: number): void {
    const most = this.#options.rates().messages;
    if (most === 0) return;
    this.#messages ??= new Allowance(most);
    const waitMs = this.#messages.owe(most, count);
    if (waitMs > 0) this.#options.onTooManyMessages(waitMs);
  }

  #shut(): false {
    if (!this.#isShut) {
      this.#isShut = true;
      this.#options.onFlood();
    }
    return false;
  }
}
