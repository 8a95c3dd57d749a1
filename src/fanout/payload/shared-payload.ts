import type { ResumeNote } from '../positions/positions.ts';

/** Text as UTF-8 bytes, one character a byte: what sockets take as `latin1`, without a buffer between. */
const asBytes = (text: string): string => Buffer.from(text).toString('latin1');

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
const NOT_ASCII = /[^\x00-\x7f]/;

/** What a frame may say beside its event. */
export interface FrameExtensions {
  readonly gap?:
    | {
        readonly id: string;
        readonly from: number;
        readonly to: number;
        readonly topic: string;
        readonly reason: string;
      }
    | undefined;
  readonly resume?: ResumeNote | undefined;
}

/**
 * The part of a frame that all members of a group share: the encoded result of one event. A graphql-transport-ws `next`
 * message is the member's own prefix followed by `bytes`; other transports send `json`.
 *
 * Bytes are kept as strings of one character a byte: joining many into one write costs half of what buffers cost
 * (measured: 0.2 instead of 0.4 µs a frame), and strings take less memory.
 */
export class SharedPayload {
  /** `<result as JSON>}`: the closing brace belongs to the message, so that a frame is prefix + bytes. */
  readonly bytes: string;
  /** A member that got this has everything up to here. */
  readonly sequence: number;
  /** the first sequence of the gap that this frame reports; undefined: it reports none */
  readonly gapFrom: number | undefined;
  /** of its event, where the bus keeps that */
  epoch = '';
  /** the result alone, and what is said beside it */
  #extended: { readonly plain: string; readonly extensions: FrameExtensions } | undefined;

  constructor(result: string, sequence: number, gapFrom?: number) {
    const text = `${result}}`;
    this.bytes = NOT_ASCII.test(text) ? asBytes(text) : text;
    this.sequence = sequence;
    this.gapFrom = gapFrom;
  }

  /** The result as JSON text. */
  get json(): string {
    const { bytes } = this;
    return Buffer.from(bytes, 'latin1').toString('utf8', 0, bytes.length - 1);
  }

  get #plain(): string {
    return this.#extended?.plain ?? this.json;
  }

  /** The same result, with the gap just before it on its topic, and with how its reader was resumed. */
  withExtensions({ gap, resume }: FrameExtensions): SharedPayload {
    const extensions = { ...this.#extended?.extensions, ...(gap && { gap }), ...(resume && { resume }) };
    const payload = new SharedPayload(
      `${this.#plain.slice(0, -1)},"extensions":${JSON.stringify(extensions)}}`,
      this.sequence,
      gap?.from ?? this.gapFrom,
    );
    payload.epoch = this.epoch;
    payload.#extended = { plain: this.#plain, extensions };
    return payload;
  }
}

/** Stands in an outbox for whatever the member will have missed by the time it is written, see `LinkPolicy.catchUp`. */
export const MARKER = new SharedPayload('{}', 0);

/** A member's own part of every frame, as bytes. Built once, at subscribe time. */
export function nextPrefix(operationId: string): string {
  return asBytes(`{"id":${JSON.stringify(operationId)},"type":"next","payload":`);
}
