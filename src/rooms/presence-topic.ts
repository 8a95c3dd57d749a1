import { randomUUID } from 'node:crypto';
import type { BusEvent } from '../bus/bus.ts';
import type { Projected, Projection } from '../fanout/projection.ts';
import type { OpenedTopic } from '../fanout/topic.ts';
import type { Presence } from './presence.ts';
import type { PresenceChange, PresenceState } from './presence-state.ts';

/** What the events of a presence topic carry. */
interface PresencePayload {
  /** undefined: the topic was opened */
  readonly change: PresenceChange | undefined;
  /** as it is after the change, until the next one */
  readonly state: PresenceState;
}

/** What a subscriber is told: who is there, and then who comes and goes. */
export type PresenceUpdate =
  | PresenceChange
  | {
      readonly kind: 'SNAPSHOT';
      readonly users: number;
      readonly connections: number;
      /** in order of entering, not all of many */
      readonly members: readonly { readonly userId: string; readonly connections: number }[];
    };

/** A snapshot lists so many: everybody who enters a big room gets one. */
const MOST_LISTED = 200;

const PREFIX = 'presence:';

/** The hub's topic for who is in a scope. */
export const presenceTopic = (scope: string): string => `${PREFIX}${scope}`;

/** Opens such a topic: changes in a scope, on all instances, numbered by this one. */
export async function openPresenceTopic(
  presence: Presence,
  topic: string,
  onEvent: (event: BusEvent) => void,
): Promise<OpenedTopic> {
  const epoch = randomUUID();
  let sequence = 1;
  const eventOf = (change: PresenceChange | undefined, state: PresenceState): BusEvent => ({
    topic,
    epoch,
    sequence,
    payload: { change, state } satisfies PresencePayload,
  });
  const opened = await presence.open(topic.slice(PREFIX.length), (change, state) => {
    sequence += 1;
    onEvent(eventOf(change, state));
  });
  return { latest: eventOf(undefined, opened.state), close: () => opened.close() };
}

/** A snapshot for who comes, and for who fell behind; then each change. */
export class PresenceProjection implements Projection {
  #state: PresenceState | undefined;
  #sequence = 0;

  next(event: BusEvent): Projected | undefined {
    const { change, state } = event.payload as PresencePayload;
    this.#state = state;
    this.#sequence = event.sequence;
    return change && { payload: change satisfies PresenceUpdate, sequence: event.sequence };
  }

  snapshot(): Projected | undefined {
    const state = this.#state;
    if (!state) return undefined;
    const members: { userId: string; connections: number }[] = [];
    for (const [userId, connections] of state.members) {
      if (members.length === MOST_LISTED) break;
      members.push({ userId, connections });
    }
    const { users, connections } = state;
    const payload: PresenceUpdate = { kind: 'SNAPSHOT', users, connections, members };
    return { payload, sequence: this.#sequence };
  }

  since(sequence: number): Projected | undefined {
    return sequence < this.#sequence ? this.snapshot() : undefined;
  }
}
