import { describe, expect, it } from 'vitest';
import type { BusEvent, BusHistory, Position } from '../../src/bus/bus.ts';
import { RedisTopic } from '../../src/bus/redis/redis-topic.ts';

const event = (epoch: string, sequence: number): BusEvent => ({ topic: 't', epoch, sequence, payload: {} });
const places = (events: readonly BusEvent[]): string[] =>
  events.map(
    ({ epoch, sequence, lostFrom, isRestarted }) =>
      `${epoch}${sequence}${lostFrom ? ` lost ${lostFrom}` : ''}${isRestarted ? ' restarted' : ''}`,
  );

/** A topic at a place, and what it hands on. */
function topicAt(at: Position | undefined, missed: (after: Position | undefined) => Promise<BusHistory>) {
  const topic = new RedisTopic(missed, () => {});
  const heard: BusEvent[] = [];
  topic.listeners.add((one) => heard.push(one));
  topic.startAt(at);
  return { topic, heard };
}
const nothingMissed = (): Promise<BusHistory> => Promise.reject(new Error('not to be asked'));

describe('one topic of Redis', () => {
  it('B8 fetches what it missed of a numbering that it hears of late, and tells what is lost', async () => {
    const known = { complete: false, events: [event('b', 1), event('b', 2), event('b', 3)] };
    const { topic, heard } = topicAt(event('a', 7), async () => known);
    topic.hear(event('b', 3));
    topic.hear(event('b', 4));
    await expect.poll(() => places(heard)).toEqual(['b1 restarted', 'b2', 'b3', 'b4']);
    const late = topicAt(event('a', 7), async () => ({ complete: false, events: [event('b', 30)] }));
    late.topic.hear(event('b', 30));
    await expect.poll(() => places(late.heard)).toEqual(['b30 lost 1']);
  });

  it('B13 goes on in the numbering that continues the one before, and hears nothing twice', async () => {
    // heard before the numbering changed, and fetched with what follows
    const { topic, heard } = topicAt(event('a', 6), async () => ({
      complete: true,
      events: [event('a', 7), event('b', 1), event('b', 2)],
    }));
    topic.catchUp();
    topic.hear(event('a', 7));
    topic.hear(event('b', 3));
    await expect.poll(() => places(heard)).toEqual(['a7', 'b1', 'b2', 'b3']);
    const inTheMiddle = topicAt(event('a', 7), async () => ({ complete: true, events: [event('b', 2)] }));
    inTheMiddle.topic.catchUp();
    await expect.poll(() => places(inTheMiddle.heard)).toEqual(['b2']);
  });

  it('B17 asks whether a numbering that it hears of continues the one before, and says when it does not', async () => {
    const history = { complete: true, events: [event('b', 1), event('b', 2)] };
    const continued = topicAt(event('a', 7), async () => history);
    continued.topic.hear(event('b', 1));
    continued.topic.hear(event('b', 2));
    await expect.poll(() => places(continued.heard)).toEqual(['b1', 'b2']);
    const begun = topicAt(event('a', 7), async () => ({ ...history, complete: false }));
    begun.topic.hear(event('b', 1));
    begun.topic.hear(event('b', 2));
    await expect.poll(() => places(begun.heard)).toEqual(['b1 restarted', 'b2']);
    const unknown = topicAt(event('a', 7), nothingMissed);
    unknown.topic.hear(event('b', 1));
    await expect.poll(() => places(unknown.heard)).toEqual(['b1 restarted']);
  });

  it('B13 hears nothing of what was told elsewhere, where nothing was before', () => {
    const { topic, heard } = topicAt({ epoch: '', sequence: 2 }, nothingMissed);
    for (let sequence = 1; sequence <= 3; sequence += 1) topic.hear(event('a', sequence));
    expect(places(heard)).toEqual(['a3']);
  });
});
