import type { AccountRole } from '../auth/viewer.ts';
import type { StoredHead } from '../rooms/message-store.ts';
import type { InboxItem, InboxState } from './inbox-item.ts';

/** Who is addressed. `everyone` and roles: users that were seen. */
export type Audience =
  | { readonly kind: 'users'; readonly userIds: readonly string[] }
  | { readonly kind: 'room'; readonly roomId: string }
  | { readonly kind: 'role'; readonly role: AccountRole }
  | { readonly kind: 'everyone' };

export type NewInboxItem = Omit<InboxItem, 'id' | 'userId' | 'sequence'>;

/**
 * Keeps inboxes and the users that were seen.
 * @throws TickroomError SERVICE_UNAVAILABLE, from every call, when the database cannot be reached
 */
export interface InboxStore {
  /**
   * Puts one item into the inbox of each addressed user, in one transaction. Beyond `keep` unacknowledged items a user
   * loses the oldest, and `dropped` tells.
   * @returns the items, one a user
   */
  add(audience: Audience, item: NewInboxItem, keep: number): Promise<readonly InboxItem[]>;
  /** Up to `limit` kept items after a sequence, oldest first, and where the inbox stands, in one snapshot. */
  itemsAfter(
    userId: string,
    sequence: number,
    limit: number,
  ): Promise<{ readonly items: readonly InboxItem[]; readonly state: InboxState }>;
  /** Where inboxes stand; users without one are left out. */
  states(userIds: readonly string[]): Promise<ReadonlyMap<string, InboxState>>;
  /** Where the numbering of each inbox stands. */
  heads(userIds: readonly string[]): Promise<ReadonlyMap<string, StoredHead>>;
  /**
   * Forgets items up to a sequence.
   * @param epoch of that sequence: of an earlier one, only what both have is forgotten
   * @returns how many there were
   */
  acknowledge(userId: string, upTo: number, epoch: string): Promise<number>;
  /** Remembers that users were here, each once in the list, with the roles of their newest tokens. */
  usersSeen(
    users: readonly { readonly id: string; readonly roles: readonly AccountRole[] }[],
    at: number,
  ): Promise<void>;
  /** Items kept now, of all users. */
  count(): Promise<number>;
}
