import type { Bus } from '../bus/bus.ts';
import { type StoredEvents, StoredTopics } from '../fanout/stored-topics.ts';
import { inboxEvents } from '../inbox/inbox-topic.ts';
import { Inboxes } from '../inbox/inboxes.ts';
import { SeenUsers } from '../inbox/seen-users.ts';
import { Presence } from '../presence/presence.ts';
import type { DisposableStack } from '../primitives/disposable-stack.ts';
import { AccessWatch } from '../rooms/access-watch.ts';
import { PasswordHasher } from '../rooms/password-hasher.ts';
import { RoomMessages } from '../rooms/room-messages.ts';
import { type RoomLimits, Rooms } from '../rooms/rooms.ts';
import { storedRoomEvents } from '../rooms/stored-room-events.ts';
import type { Database } from '../storage/database.ts';

/** How often open rooms and inboxes are compared with the database, to find what the bus lost. */
const CHECK_STORE_MS = 5000;

/** The clients of an instance that stops come to another one within so long. */
const HOLD_MS = 5000;

export interface ChatOptions {
  readonly database: Database;
  readonly bus: Bus;
  readonly instance: string;
  readonly limits: RoomLimits;
  readonly owned: DisposableStack;
  readonly onError: (error: unknown) => void;
}

export type Chat = Awaited<ReturnType<typeof startChat>>;

/** Rooms and inboxes: what people say, and what is said to them. */
export async function startChat({ database, bus, instance, limits, owned, onError }: ChatOptions) {
  const roomEvents = storedRoomEvents(database.messages);
  const inboxStored = inboxEvents(database.inbox);
  const presence = owned.use(new Presence({ bus, instance, holdMs: HOLD_MS, onError }));
  const access = await AccessWatch.start({ bus, store: database.rooms, onError });
  owned.add(() => access[Symbol.dispose]());
  const seen = owned.use(new SeenUsers({ store: database.inbox, onError }));
  const passwords = owned.use(new PasswordHasher());
  const rooms = new Rooms({ store: database.rooms, bus, passwords, limits, onError });
  const messages = owned.use(new RoomMessages({ store: database.messages, rooms, bus, onError }));
  const inboxes = new Inboxes({ store: database.inbox, rooms, presence, seen, bus, onError });
  const stored = (store: StoredEvents): StoredTopics => {
    const topics = new StoredTopics({ bus, store, checkEveryMs: CHECK_STORE_MS, onError });
    owned.add(() => topics[Symbol.dispose]());
    return topics;
  };
  return {
    seen,
    topics: { rooms: stored(roomEvents), inboxes: stored(inboxStored) },
    services: { rooms, messages, roomEvents, presence, access, inboxes, inboxEvents: inboxStored },
  };
}
