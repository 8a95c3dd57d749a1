import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_ROOM, hasHole, type RoomState, withMessages } from '../../src/console/rooms/room-state.ts';

type Said = RoomState['messages'][number];

const message = (sequence: number, content = `message ${sequence}`, clientId?: string): Said => ({
  id: `m${sequence}`,
  sequence,
  cursor: `c${sequence}`,
  type: 'TEXT',
  content,
  metadata: clientId === undefined ? null : { clientId },
  createdAt: '2026-11-24T09:30:00.000Z',
  editedAt: null,
  deletedAt: null,
  sender: { id: 'alice' },
});

describe('a room as the console has it', () => {
  it('K14 holds every message once and in order, in whatever pieces and however often they come', () => {
    const all = Array.from({ length: 20 }, (_, i) => message(i + 1));
    const pieces = fc.array(fc.subarray(all, { minLength: 1 }), { maxLength: 12 });
    fc.assert(
      fc.property(pieces, (parts) => {
        const state = [...parts, all.toReversed()].reduce<RoomState>(withMessages, EMPTY_ROOM);
        expect(state.messages).toEqual(all);
        expect(hasHole(state)).toBe(false);
      }),
    );
  });

  it('K14 takes the newest version of a message, and what was pending is gone when it has arrived', () => {
    const pending = [{ clientId: 'one', content: 'hello', refusal: undefined }];
    const before = withMessages({ ...EMPTY_ROOM, pending }, [message(1, 'hello', 'other')]);
    expect(before.pending).toEqual(pending);
    const after = withMessages(before, [message(1, 'edited'), message(3, 'hello', 'one')]);
    expect(after.pending).toEqual([]);
    expect(after.messages.map(({ content }) => content)).toEqual(['edited', 'hello']);
    expect(hasHole(after)).toBe(true);
  });
});
