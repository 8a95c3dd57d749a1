import type { GraphQLError } from 'graphql';
import type { Link } from '../../fanout/members/member.ts';
import type { SharedPayload } from '../../fanout/payload/shared-payload.ts';

/**
 * How the frames of one kind of streamed HTTP answer are written. Texts hold one character a byte (`latin1`), like
 * `SharedPayload.bytes`, so that they go to the socket without being encoded again.
 */
export interface FrameFormat {
  /** the value of `Content-Type` */
  readonly type: string;
  /** A stream that ends without saying that it is complete is closed this long after its last event, in ms. */
  readonly endAfterMs: number;
  /** Says nothing, and keeps proxies from giving up the stream. */
  readonly ping: string;
  /** What is sent with the head of the answer. */
  opening(): string;
  /** One event as a chunk of the HTTP answer. It is made once for all members, unless its id is the member's own. */
  chunk(link: Link, payload: SharedPayload): string;
}

/** The same of an answer that is one subscription, which ends with it. */
export interface StreamFormat extends FrameFormat {
  /** The last words of a subscription. @param errors why it failed; undefined: it is complete */
  ended(errors?: readonly GraphQLError[]): string;
  /** The last words of one whose client should connect again. @param errors why, for clients that show it */
  lost(errors?: readonly GraphQLError[]): string;
}

/** Text as a chunk of an HTTP answer: https://www.rfc-editor.org/rfc/rfc9112#section-7.1 */
export const chunkOf = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

/** The text of one chunk. */
export const textOfChunk = (chunk: string): string => chunk.slice(chunk.indexOf('\r\n') + 2, -2);

/**
 * Makes a chunk once for all members that get the payload.
 * @param write the text of a payload, as `latin1`
 */
export function sharedChunks(
  write: (payload: SharedPayload, link: Link) => string,
): (link: Link, payload: SharedPayload) => string {
  const made = new WeakMap<SharedPayload, string>();
  return (link, payload) => {
    let chunk = made.get(payload);
    if (chunk === undefined) {
      chunk = chunkOf(write(payload, link));
      made.set(payload, chunk);
    }
    return chunk;
  };
}

/** UTF-8 text as one character a byte. */
export const asBytes = (text: string): string => Buffer.from(text).toString('latin1');
