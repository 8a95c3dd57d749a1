/**
 * What many members share of a frame: the encoded result of one event. A graphql-transport-ws `next` message is a
 * member's own head followed by the tail's bytes; other transports take the tail's `json`.
 */
export class Tail {
  /** `<result as JSON>}`: the closing brace belongs to the message, so that a frame is head + bytes. Never written to. */
  readonly bytes: Buffer;
  /** who got this holds everything up to here */
  readonly sequence: number;
  /** the first sequence of the gap that this frame reports; undefined: it reports none */
  readonly gapFrom: number | undefined;
  #json: string | undefined;

  constructor(result: string, sequence: number, gapFrom?: number) {
    this.bytes = Buffer.from(`${result}}`);
    this.sequence = sequence;
    this.gapFrom = gapFrom;
  }

  /** The result as JSON text, made at most once. */
  get json(): string {
    this.#json ??= this.bytes.toString('utf8', 0, this.bytes.length - 1);
    return this.#json;
  }

  /** The same result, telling in `extensions.gap` what was dropped just before it on this topic. */
  withGap(gap: { from: number; to: number; topic: string; reason: string }): Tail {
    const extensions = JSON.stringify({ gap });
    return new Tail(`${this.json.slice(0, -1)},"extensions":${extensions}}`, this.sequence, gap.from);
  }
}

/** A member's own part of every frame. Built once, at subscribe time. */
export function nextHead(operationId: string): Buffer {
  return Buffer.from(`{"id":${JSON.stringify(operationId)},"type":"next","payload":`);
}
