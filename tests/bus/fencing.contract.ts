import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BusEvent } from '../../src/bus/bus.ts';
import { openFailoverBus, openRedisBus } from '../support/redis-bus.ts';

const REFUSED = { code: 'SERVICE_UNAVAILABLE', details: { reason: 'LEADER_CHANGED' } };

/** What fencing tokens promise, over one Redis or a cluster. */
export function fencingContract(name: string, url: () => string): void {
  describe(`${name} keeps whoever lost the lead from publishing`, () => {
    it('B14 refuses an event whose token is below the one of its topic, and changes nothing', async () => {
      const prefix = randomUUID();
      await using before = await openRedisBus(url(), { prefix });
      await using after = await openRedisBus(url(), { prefix });
      const heard: BusEvent[] = [];
      await after.subscribe('t', (event) => heard.push(event));
      await before.publish('t', { n: 1 }, { token: 1000 });
      await after.raise(['t', 'new'], 2000);
      await expect(before.publish('t', { n: 2 }, { token: 1000 })).rejects.toMatchObject(REFUSED);
      await expect(before.publish('new', { n: 2 }, { token: 1999 })).rejects.toMatchObject(REFUSED);
      // one that is not raised is at its first use
      await after.publish('other', { n: 1 }, { token: 2000 });
      await expect(before.publish('other', { n: 2 }, { token: 1000 })).rejects.toMatchObject(REFUSED);
      // as a build before this one publishes
      await before.publish('t', { n: 3 });
      await after.publish('t', { n: 4 }, { token: 2000 });
      expect(await after.publish('new', { n: 1 }, { token: 2000 })).toMatchObject({ sequence: 1 });
      await expect.poll(() => heard.map(({ payload }) => payload)).toEqual([{ n: 1 }, { n: 3 }, { n: 4 }]);
      expect(heard.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
      // a lower one does not lower it
      await before.raise(['t'], 1);
      await before.renumber(['t']);
      await expect(before.publish('t', { n: 5 }, { token: 1000 })).rejects.toMatchObject(REFUSED);
    });

    it('B14 of events that leave together only those of the old leader are refused', async () => {
      const prefix = randomUUID();
      await using bus = await openRedisBus(url(), { prefix });
      await bus.raise(['a'], 20);
      const outcomes = await Promise.allSettled([
        bus.publish('a', { n: 1 }, { token: 10 }),
        bus.publish('b', { n: 1 }, { token: 10 }),
        bus.publish('a', { n: 2 }, { token: 20 }),
        bus.publish('a', { n: 3 }),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual([
        'rejected',
        'fulfilled',
        'fulfilled',
        'fulfilled',
      ]);
      const { events } = await bus.history('a');
      expect(events.map(({ payload, sequence }) => [payload, sequence])).toEqual([
        [{ n: 2 }, 1],
        [{ n: 3 }, 2],
      ]);
    });

    it('B14 a refusal is no outage: everything else goes on at once', async () => {
      const prefix = randomUUID();
      await using bus = await openFailoverBus(url(), { prefix });
      await expect.poll(() => bus.isConnected).toBe(true);
      await bus.raise(['t'], 20);
      for (const lossless of [true, false]) {
        const refused = bus.publish('t', { n: 1 }, { lossless, token: 10 });
        await expect(refused).rejects.toMatchObject(REFUSED);
      }
      expect(bus.isConnected).toBe(true);
      expect(await bus.publish('t', { n: 2 }, { lossless: true, token: 20 })).toMatchObject({ sequence: 1 });
    });
  });
}
