import type { AccountRole } from '../auth/viewer.ts';

/** Whom a broadcast is for. `everyone` and roles: users that were seen. */
export type BroadcastTarget =
  | { readonly kind: 'room'; readonly roomId: string }
  | { readonly kind: 'users'; readonly userIds: readonly string[] }
  | { readonly kind: 'role'; readonly role: AccountRole }
  | { readonly kind: 'connection'; readonly connectionId: string }
  | { readonly kind: 'everyone' };

/**
 * Where items for one connection are announced, which are not kept; and the presence scope that says whether it has
 * its inbox open.
 */
export const connectionTopic = (connectionId: string): string => `connection:${connectionId}`;

/** Whom, in few words. */
export function describeTarget(target: BroadcastTarget): string {
  switch (target.kind) {
    case 'room':
      return `room ${target.roomId}`;
    case 'users':
      return `users ${target.userIds.join(' ')}`;
    case 'role':
      return `role ${target.role}`;
    case 'connection':
      return `connection ${target.connectionId}`;
    case 'everyone':
      return 'everyone';
  }
}
