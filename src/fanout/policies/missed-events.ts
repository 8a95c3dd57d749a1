import type { BusEvent, BusHistory } from '../../bus/bus.ts';
import type { ReadHistory, ResumeFailure, Resumption, TopicPosition } from '../positions/positions.ts';
import type { Topic } from '../topics/topic.ts';

/** What was published while a client was away. */
export interface MissedEvents {
  /** By topic, in order; to be called once, in the turn in which the member joins. */
  events(): ReadonlyMap<string, readonly BusEvent[]>;
  readonly failure: ResumeFailure | undefined;
}

export interface MissedEventsReaderOptions {
  readonly readHistory: ReadHistory;
  /** More events than so many are not brought up: the client gets the reason `TOO_MANY`. */
  readonly maxEvents: number;
  readonly onError: (error: unknown) => void;
}

const NOTHING: BusHistory = { complete: true, events: [] };

/** Reads from the history of the bus what clients that return have missed. */
export class MissedEventsReader {
  readonly #options: MissedEventsReaderOptions;
  readonly #reading = new Map<string, Promise<BusHistory>>();

  constructor(options: MissedEventsReaderOptions) {
    this.#options = options;
  }

  /** Of each topic, the events since the position, those that come in during the read included. */
  async read(topics: readonly Topic[], { positions }: Resumption): Promise<MissedEvents> {
    const taps = topics.map((topic) => topic.tap());
    const newest = topics.map(({ latest }) => latest);
    let histories: readonly BusHistory[] = [];
    let failure: ResumeFailure | undefined;
    try {
      histories = await Promise.all(
        topics.map(({ name }, i) => this.#history(name, positions.get(name), newest[i])),
      );
      const count = histories.reduce((sum, { events }) => sum + events.length, 0);
      if (!histories.every(({ complete }) => complete)) failure = 'HISTORY_GONE';
      else if (count > this.#options.maxEvents) failure = 'TOO_MANY';
    } catch (error) {
      this.#options.onError(error);
      failure = 'HISTORY_GONE';
    }
    const events = (): ReadonlyMap<string, readonly BusEvent[]> => {
      const tapped = taps.map((stop) => stop());
      if (failure === 'TOO_MANY') return new Map();
      return new Map(topics.map(({ name }, i) => [name, merge(histories[i]?.events ?? [], tapped[i] ?? [])]));
    };
    return { events, failure };
  }

  async #history(
    topic: string,
    after: TopicPosition | undefined,
    newest: BusEvent | undefined,
  ): Promise<BusHistory> {
    // Nothing was published before the client left, so it has missed nothing.
    if (!after) return NOTHING;
    const history = await this.#sharedHistory(topic, after);
    return reaches(history, after, newest) ? history : this.#options.readHistory(topic, after);
  }

  /** Many clients that return at once have the same position: they share one read, which may be older than the request. */
  #sharedHistory(topic: string, after: TopicPosition): Promise<BusHistory> {
    const key = `${topic} ${placeOf(after)}`;
    let reading = this.#reading.get(key);
    if (!reading) {
      reading = this.#options.readHistory(topic, after).finally(() => this.#reading.delete(key));
      this.#reading.set(key, reading);
    }
    return reading;
  }
}

/** What was read, and what came in meanwhile and was not read. */
function merge(read: readonly BusEvent[], tapped: readonly BusEvent[]): readonly BusEvent[] {
  const known = new Set(read.map(placeOf));
  return [...read, ...tapped.filter((event) => !known.has(placeOf(event)))];
}

/** Whether a history goes as far as the newest event at the time of the request. */
function reaches(
  { complete, events }: BusHistory,
  after: TopicPosition,
  newest: BusEvent | undefined,
): boolean {
  const last = events.at(-1) ?? after;
  return (
    complete && (newest === undefined || (last.epoch === newest.epoch && last.sequence >= newest.sequence))
  );
}

const placeOf = ({ epoch, sequence }: TopicPosition): string => `${epoch}/${sequence}`;
