import { expect, it } from 'vitest';
import { ACCOUNT_ROLES, type AccountRole, hasRole } from '../../src/auth/viewer.ts';

const allowed: Record<AccountRole, readonly AccountRole[]> = {
  USER: ['USER'],
  PUBLISHER: ['PUBLISHER'],
  ADMIN: ['USER', 'PUBLISHER', 'ADMIN'],
};

it.each(ACCOUNT_ROLES.flatMap((held) => ACCOUNT_ROLES.map((asked) => ({ held, asked }))))(
  'A3 $held asked for $asked',
  ({ held, asked }) => {
    const viewer = { id: 'ada', roles: [held], expiresAt: null };
    expect(hasRole(viewer, asked)).toBe(allowed[held].includes(asked));
  },
);
