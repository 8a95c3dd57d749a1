import { randomUUID } from 'node:crypto';
import { requireViewer } from '../auth/require-viewer.ts';
import { hasRole, type Viewer } from '../auth/viewer.ts';
import type { Bus } from '../bus/bus.ts';
import { TickroomError } from '../errors.ts';
import type { Presence } from '../presence/presence.ts';
import { type MessageContent, parseMessageContent } from '../rooms/room-input.ts';
import type { Rooms } from '../rooms/rooms.ts';
import { type BroadcastTarget, connectionTopic } from './broadcast-target.ts';
import type { InboxItem, InboxState } from './inbox-item.ts';
import type { Audience, InboxStore, NewInboxItem } from './inbox-store.ts';
import { inboxTopic } from './inbox-topic.ts';
import type { SeenUsers } from './seen-users.ts';

/** Unacknowledged items kept for a user; of more the oldest go, and the user is told. */
export const INBOX_KEEPS = 1000;

/** The presence scope of those who have their inbox open. */
export const INBOX_SCOPE = 'inbox';

const MAX_USERS = 1000;

export interface BroadcastReceipt {
  readonly recipients: number;
  /** recipients that had their inbox open */
  readonly deliveredNow: number;
  /** recipients that will find it later */
  readonly queued: number;
}

export interface InboxesOptions {
  readonly store: InboxStore;
  readonly rooms: Rooms;
  readonly presence: Presence;
  readonly seen: SeenUsers;
  readonly bus: Bus;
  /** An item is stored and could not be announced; readers find it by themselves. */
  readonly onError: (error: unknown) => void;
}

/** What is addressed to users: kept until they acknowledge it. */
export class Inboxes {
  /** since the start of this process */
  readonly counters = { sent: 0, delivered: 0, queued: 0 };
  readonly #options: InboxesOptions;

  constructor(options: InboxesOptions) {
    this.#options = options;
  }

  /**
   * Puts one item into many inboxes.
   * @throws TickroomError PERMISSION_DENIED: users are addressed by ADMIN, a room also by its OWNER, ADMIN, MODERATOR;
   * ROOM_NOT_FOUND; INVALID_INPUT; SERVICE_UNAVAILABLE: nothing was sent
   */
  async broadcast(
    viewer: Viewer | null,
    target: BroadcastTarget,
    input: MessageContent,
  ): Promise<BroadcastReceipt> {
    const sender = await this.#authorize(viewer, target);
    const content = parseMessageContent(input);
    const item: NewInboxItem = {
      senderId: sender.id,
      roomId: target.kind === 'room' ? target.roomId : null,
      ...content,
      createdAt: Date.now(),
    };
    const receipt =
      target.kind === 'connection'
        ? await this.#sendToConnection(target.connectionId, item)
        : await this.#sendToUsers(audienceOf(target), item);
    this.counters.sent += 1;
    this.counters.delivered += receipt.deliveredNow;
    this.counters.queued += receipt.queued;
    return receipt;
  }

  /**
   * Puts a notification of the server into the inbox of one user.
   * @throws TickroomError SERVICE_UNAVAILABLE: nothing was sent
   */
  async notify(userId: string, item: Pick<NewInboxItem, 'senderId' | 'content' | 'metadata'>): Promise<void> {
    const notification: NewInboxItem = {
      roomId: null,
      type: 'NOTIFICATION',
      ...item,
      createdAt: Date.now(),
    };
    await this.#sendToUsers({ kind: 'users', userIds: [userId] }, notification);
  }

  /** Kept items after a sequence, oldest first, and where the inbox stands. */
  items(
    viewer: Viewer,
    after: number,
    limit: number,
  ): Promise<{ readonly items: readonly InboxItem[]; readonly state: InboxState }> {
    return this.#options.store.itemsAfter(viewer.id, after, limit);
  }

  /** Forgets the viewer's items up to a sequence. @returns how many there were */
  acknowledge(
    viewer: Viewer,
    { sequence, epoch }: { readonly sequence: number; readonly epoch: string },
  ): Promise<number> {
    return this.#options.store.acknowledge(viewer.id, sequence, epoch);
  }

  async #authorize(viewer: Viewer | null, target: BroadcastTarget): Promise<Viewer> {
    if (target.kind === 'room') {
      const { viewer: sender } = await this.#options.rooms.access(viewer, target.roomId, 'broadcast');
      return sender;
    }
    if (target.kind === 'users' && (target.userIds.length === 0 || target.userIds.length > MAX_USERS)) {
      throw new TickroomError(
        'INVALID_INPUT',
        `users must name 1 to ${MAX_USERS} users; send more in several calls.`,
      );
    }
    const sender = requireViewer(viewer);
    if (hasRole(sender, 'ADMIN')) return sender;
    throw new TickroomError(
      'PERMISSION_DENIED',
      'Broadcasts beyond a room need the ADMIN role, which your token does not carry.',
      { permission: 'broadcast' },
    );
  }

  async #sendToUsers(audience: Audience, item: NewInboxItem): Promise<BroadcastReceipt> {
    const { store, seen, presence } = this.#options;
    if (audience.kind === 'role' || audience.kind === 'everyone') await seen.flush();
    const items = await store.add(audience, item, INBOX_KEEPS);
    const online = await presence.online(
      INBOX_SCOPE,
      items.map(({ userId }) => userId),
    );
    for (const added of items) if (online.has(added.userId)) this.#announce(inboxTopic(added.userId), added);
    return { recipients: items.length, deliveredNow: online.size, queued: items.length - online.size };
  }

  async #sendToConnection(connectionId: string, item: NewInboxItem): Promise<BroadcastReceipt> {
    const { presence, bus } = this.#options;
    const opened = await presence.open(connectionTopic(connectionId), () => {});
    const [userId] = opened.state.members.keys();
    opened.close();
    if (userId === undefined) return { recipients: 0, deliveredNow: 0, queued: 0 };
    const live: InboxItem = { ...item, id: randomUUID(), userId, sequence: 0 };
    await bus.announce(connectionTopic(connectionId), live);
    return { recipients: 1, deliveredNow: 1, queued: 0 };
  }

  /** Not waited for: the item is stored, and its reader finds it although this is lost. */
  #announce(topic: string, item: InboxItem): void {
    this.#options.bus.announce(topic, item).catch(this.#options.onError);
  }
}

const audienceOf = (target: Exclude<BroadcastTarget, { kind: 'connection' }>): Audience =>
  target.kind === 'users' ? { ...target, userIds: [...new Set(target.userIds)] } : target;
