import { randomUUID } from 'node:crypto';
import type { BusEvent } from '../bus/bus.ts';
import type { Projected, Projection } from '../fanout/payload/projection.ts';
import type { OpenedTopic } from '../fanout/topics/open-topic.ts';
import type { Presence } from './presence.ts';
import type { PresenceChange } from './presence-state.ts';
import { type PresenceUpdate, PresenceView } from './presence-view.ts';

/** More changes than this in one pause are told as one update. */
const MAX_SINGLE_CHANGES = 8;
/**
 * Changes are told at once after a pause, and gathered within one. Everybody in a room is told of everybody, so the
 * pause grows with the users: together with the limit above, a room costs at most about 80,000 frames a second.
 */
const PAUSE_MS_PER_USER = 0.1;
const MIN_PAUSE_MS = 50;
const MAX_PAUSE_MS = 1000;

const PREFIX = 'presence:';

/** The hub's topic for who is in a scope. */
export const presenceTopic = (scope: string): string => `${PREFIX}${scope}`;

/** What an event of a presence topic carries. */
class PresenceEvent {
  /** undefined: the topic was opened */
  readonly update: PresenceUpdate | undefined;
  readonly told: PresenceView;

  constructor(update: PresenceUpdate | undefined, told: PresenceView) {
    this.update = update;
    this.told = told;
  }
}

/**
 * Opens a scope's presence as a topic: numbered from 1, under an epoch of its own. It is local: no bus carries it.
 * @throws TickroomError SERVICE_UNAVAILABLE when this server is stopping
 */
export async function openPresenceTopic(
  presence: Presence,
  topic: string,
  onEvent: (event: BusEvent) => void,
): Promise<OpenedTopic> {
  const epoch = randomUUID();
  let told: PresenceView | undefined;
  let waiting: PresenceChange[] = [];
  let pause: NodeJS.Timeout | undefined;

  const emit = (update: PresenceUpdate, from: PresenceView): void =>
    onEvent({ topic, epoch, sequence: from.sequence, payload: new PresenceEvent(update, from) });

  const tell = (from: PresenceView): void => {
    const changes = waiting;
    waiting = [];
    const pauseMs = Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, from.users * PAUSE_MS_PER_USER));
    // before anybody is told, so that whoever closes the topic thereupon clears it
    pause = setTimeout(() => {
      pause = undefined;
      if (waiting.length > 0) tell(from);
    }, pauseMs);
    if (changes.length > MAX_SINGLE_CHANGES) {
      emit(from.tellMany(changes), from);
      return;
    }
    for (const change of changes) emit(from.tell(change), from);
    const list = from.tellIfListedAgain();
    if (list) emit(list, from);
  };

  const opened = await presence.open(topic.slice(PREFIX.length), (change, state) => {
    if (!told) {
      // the state that the telling begins with has this change
      told = new PresenceView(state);
      return;
    }
    waiting.push(change);
    if (!pause) tell(told);
  });
  told ??= new PresenceView(opened.state);
  const first = told;
  return {
    latest: { topic, epoch, sequence: first.sequence, payload: new PresenceEvent(undefined, first) },
    close: () => {
      clearTimeout(pause);
      opened.close();
    },
  };
}

/**
 * For members under CATCH_UP: a SNAPSHOT first, then what is told. One that is behind gets a fresh SNAPSHOT, or TOTALS
 * in a room that is too large to be listed whole.
 */
export function presenceProjection(): Projection {
  let told: PresenceView | undefined;
  return {
    next: ({ payload, sequence }) => {
      if (!(payload instanceof PresenceEvent)) return undefined;
      told = payload.told;
      return payload.update && { payload: payload.update, sequence };
    },
    snapshot: (): Projected | undefined => told && { payload: told.snapshot(), sequence: told.sequence },
    since: (sequence): Projected | undefined =>
      told && sequence < told.sequence ? { payload: told.whole(), sequence: told.sequence } : undefined,
  };
}
