import type { Authenticate } from '../auth/authenticate.ts';
import type { Bus } from '../bus/bus.ts';
import type { StoredEvents } from '../fanout/topics/stored-topic.ts';
import { StoredTopics } from '../fanout/topics/stored-topics.ts';
import { inboxEvents } from '../inbox/inbox-topic.ts';
import { Inboxes } from '../inbox/inboxes.ts';
import { SeenUsers } from '../inbox/seen-users.ts';
import type { Limits } from '../limits/limits.ts';
import { Presence } from '../presence/presence.ts';
import { AccessWatch } from '../rooms/access-watch.ts';
import { Invitations } from '../rooms/invitations/invitations.ts';
import { PasswordHasher } from '../rooms/password-hasher.ts';
import { RoomReads } from '../rooms/reads/room-reads.ts';
import { RoomMessages } from '../rooms/room-messages.ts';
import { Rooms } from '../rooms/rooms.ts';
import { storedRoomEvents } from '../rooms/stored-room-events.ts';
import type { Database } from '../storage/database.ts';
import type { Runtime } from './runtime.ts';

/** How often open rooms and inboxes are compared with the database, to find what the bus lost. */
const CHECK_STORE_MS = 5000;

/** The clients of an instance that stops come to another one within so long. */
const HOLD_MS = 5000;

export interface ChatOptions {
  readonly database: Database;
  readonly bus: Bus;
  readonly limits: Pick<Limits, 'password'>;
}

export type Chat = Awaited<ReturnType<typeof startChat>>;

/** Rooms, presence and inboxes. */
export async function startChat(runtime: Runtime, { database, bus, limits }: ChatOptions) {
  const { config, instance, owned, onError } = runtime;
  const roomEvents = storedRoomEvents(database.messages);
  const inboxStored = inboxEvents(database.inbox);
  const presence = owned.use(new Presence({ bus, instance, holdMs: HOLD_MS, onError }));
  const access = owned.use(await AccessWatch.start({ bus, store: database.rooms, onError }));
  const seen = owned.use(new SeenUsers({ store: database.inbox, onError }));
  const passwords = owned.use(new PasswordHasher());
  const rooms = new Rooms({
    store: database.rooms,
    bus,
    passwords,
    limits: {
      password: (viewer, roomId) => limits.password(viewer, roomId),
      mostOwned: config.limits.roomsPerUser || undefined,
    },
    onError,
  });
  const messages = owned.use(new RoomMessages({ store: database.messages, rooms, bus, onError }));
  const reads = new RoomReads({ store: database.reads, rooms, bus, onError });
  const inboxes = new Inboxes({ store: database.inbox, rooms, presence, seen, bus, onError });
  const invitations = new Invitations({
    store: database.invitations,
    rooms,
    onInvited: ({ userId, roomId, role, invitedBy }, { name }) => {
      const notification = {
        senderId: invitedBy,
        content: `${invitedBy} invites you to the room ${name}.`,
        metadata: { kind: 'ROOM_INVITATION', roomId, roomName: name, role },
      };
      inboxes.notify(userId, notification).catch(onError);
    },
  });
  const stored = (store: StoredEvents): StoredTopics =>
    owned.use(new StoredTopics({ bus, store, checkEveryMs: CHECK_STORE_MS, onError }));
  return {
    /** Remembers every user that signs in, for broadcasts to all of them. */
    seeing:
      (authenticate: Authenticate): Authenticate =>
      async (token) => {
        const viewer = await authenticate(token);
        seen.note(viewer);
        return viewer;
      },
    topics: { rooms: stored(roomEvents), inboxes: stored(inboxStored) },
    services: {
      rooms,
      messages,
      reads,
      invitations,
      roomEvents,
      presence,
      access,
      inboxes,
      inboxEvents: inboxStored,
    },
  };
}
