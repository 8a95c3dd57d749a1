import { backoffMs } from '../../primitives/backoff.ts';
import type { Link } from '../members/member.ts';
import { gapNotice, gapOf, reportResume } from '../members/member-notices.ts';
import type { Projected } from '../payload/projection.ts';
import type { SharedPayload } from '../payload/shared-payload.ts';
import type { CountReplay, ReadReplay } from '../topics/replay-page.ts';

/** A page waits in an outbox until it is written: this bounds what a slow reader costs. */
const PAGE = 50;
const RETRY = { firstMs: 100, maxMs: 3000 };

export interface ReplayerOptions {
  readonly topic: string;
  readonly read: ReadReplay;
  readonly count: CountReplay;
  readonly encode: (projected: Projected) => SharedPayload;
  /** the newest sequence the channel has handed to its members */
  readonly head: () => number;
  /** of the numbering now: what was read in another one is read again */
  readonly epoch: () => string;
  /** A read failed; it is repeated. */
  readonly onError: (error: unknown) => void;
}

interface EncodedPage {
  readonly payloads: readonly SharedPayload[];
  readonly upTo: number;
  /** events from here on, this page's included */
  readonly total: number;
  /** what is missing before the first of them */
  readonly gap: ReturnType<typeof gapOf> | undefined;
}

/**
 * Brings members of one channel up from where events are stored, page by page. Members that stand at the same place
 * share the read and the bytes.
 */
export class Replayer {
  readonly #options: ReplayerOptions;
  /** by epoch and sequence */
  readonly #reading = new Map<string, Promise<EncodedPage>>();
  #failed: Link[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** reads that failed in a row */
  #failures = 0;
  #disposed = false;

  constructor(options: ReplayerOptions) {
    this.#options = options;
  }

  /** Hands the link's outbox the next page, sooner or later. */
  replay(link: Link): void {
    const { head, epoch } = this.#options;
    const asked = epoch();
    this.#page(link.sent).then(
      ({ payloads, upTo, total, gap }) => {
        this.#failures = 0;
        if (hasLeft(link)) return;
        if (epoch() !== asked) {
          this.replay(link);
          return;
        }
        const resume = link.note?.resume;
        if (resume?.recovered && resume.replayed === 0) {
          resume.replayed = total;
          if (gap) Object.assign(resume, { recovered: false, reason: gap.reason });
        }
        if (gap) link.member.outbox.notify(gapNotice(link.member, gap));
        reportResume(link.member);
        link.member.outbox.replayed(link, payloads, upTo, upTo >= head());
      },
      (error: unknown) => this.#retryLater(link, error),
    );
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#failed = [];
  }

  #page(after: number): Promise<EncodedPage> {
    const place = `${this.#options.epoch()}/${after}`;
    let page = this.#reading.get(place);
    if (!page) {
      page = this.#read(after).finally(() => this.#reading.delete(place));
      this.#reading.set(place, page);
    }
    return page;
  }

  async #read(after: number): Promise<EncodedPage> {
    const { topic, read, count, encode, head } = this.#options;
    // what the channel has handed out was stored before, so a page that is not full covers it
    const known = head();
    const { events, upTo, gap: missing } = await read(topic, after, PAGE);
    const gap = missing && gapOf(topic, missing.from, missing.to, missing.reason);
    const payloads = events.map((event) => encode({ payload: event, sequence: event.sequence }));
    const [first] = payloads;
    if (gap && first) payloads[0] = first.withExtensions({ gap });
    const isLast = events.length < PAGE;
    return {
      payloads,
      upTo: isLast ? Math.max(upTo, known) : upTo,
      total: isLast ? events.length : await count(topic, after),
      gap,
    };
  }

  #retryLater(link: Link, error: unknown): void {
    if (this.#disposed) return;
    this.#failed.push(link);
    if (this.#timer) return;
    this.#options.onError(error);
    this.#failures += 1;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        const links = this.#failed;
        this.#failed = [];
        for (const failed of links) if (!hasLeft(failed)) this.replay(failed);
      },
      backoffMs(this.#failures, RETRY),
    );
  }
}

const hasLeft = (link: Link): boolean => link.member.links.length === 0;
