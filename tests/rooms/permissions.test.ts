import { describe, expect, it } from 'vitest';
import { may, ROOM_ACTIONS, type RoomAction, refusal } from '../../src/rooms/permissions.ts';
import { ROOM_ROLES, type RoomRole } from '../../src/rooms/room.ts';

const [no, yes] = [false, true];

/** Written out: GUEST, MEMBER, MODERATOR, ADMIN, OWNER. */
const TABLE: Readonly<Record<RoomAction, readonly [boolean, boolean, boolean, boolean, boolean]>> = {
  view: [yes, yes, yes, yes, yes],
  listMembers: [yes, yes, yes, yes, yes],
  readMessages: [yes, yes, yes, yes, yes],
  seePresence: [yes, yes, yes, yes, yes],
  leave: [yes, yes, yes, yes, yes],
  send: [no, yes, yes, yes, yes],
  editOwn: [no, yes, yes, yes, yes],
  deleteOwn: [no, yes, yes, yes, yes],
  mentionAll: [no, yes, yes, yes, yes],
  editMessages: [no, no, yes, yes, yes],
  deleteMessages: [no, no, yes, yes, yes],
  sendSystem: [no, no, yes, yes, yes],
  invite: [no, no, yes, yes, yes],
  kick: [no, no, yes, yes, yes],
  broadcast: [no, no, yes, yes, yes],
  update: [no, no, no, yes, yes],
  setRole: [no, no, no, yes, yes],
  deleteRoom: [no, no, no, no, yes],
};
const ROLES: readonly RoomRole[] = ['GUEST', 'MEMBER', 'MODERATOR', 'ADMIN', 'OWNER'];
const cells = Object.entries(TABLE).flatMap(([action, allowed]) =>
  ROLES.map((role, i) => [role, allowed[i] ? 'may' : 'may not', action] as const),
);

describe('the role × action table', () => {
  it('R1 is written out whole', () => {
    expect(Object.keys(TABLE).sort()).toEqual([...ROOM_ACTIONS].sort());
    expect([...ROOM_ROLES]).toEqual(ROLES);
  });

  it.each(cells)('R1 %s %s %s', (role, allowed, action) => {
    expect(may(role, action as RoomAction)).toBe(allowed === 'may');
  });

  it('R2 names the missing permission, and tells who is no member to join', () => {
    expect(refusal('OWNER', 'deleteRoom')).toBeUndefined();
    expect(refusal('MEMBER', 'kick')).toMatchObject({
      code: 'PERMISSION_DENIED',
      message: 'This needs the permission kick in the room, from the role MODERATOR up; yours is MEMBER.',
      details: { permission: 'kick' },
    });
    expect(refusal(null, 'send')).toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringContaining('join it first'),
    });
  });
});
