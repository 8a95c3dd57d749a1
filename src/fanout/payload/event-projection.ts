import type { Projection } from './projection.ts';

/** Each event is its own payload: for topics whose events are whole states, or single happenings. Stateless, so shared. */
export const eventProjection: Projection = {
  next: (event) => ({ payload: event, sequence: event.sequence }),
  snapshot: () => undefined,
  since: () => undefined,
};
