import type { Bus } from '../../bus/bus.ts';
import type { ReadHistory } from '../../fanout/positions/positions.ts';

/** What the bus keeps, for those who come back. */
export const historyReader =
  (bus: Pick<Bus, 'history'>): ReadHistory =>
  async (topic, after) => {
    if (after.epoch !== '') return bus.history(topic, after);
    // there was no event then: everything since is everything there is, if that begins with the first one
    const { events } = await bus.history(topic);
    const [first] = events;
    const complete = first === undefined || first.sequence === 1;
    return { complete, events: complete ? events : [] };
  };
