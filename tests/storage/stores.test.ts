import { afterAll } from 'vitest';
import type { Database } from '../../src/storage/database.ts';
import { inboxStoreContract } from '../inbox/inbox-store.contract.ts';
import { invitationStoreContract } from '../rooms/invitation-store.contract.ts';
import { messageStoreContract } from '../rooms/message-store.contract.ts';
import { readStoreContract } from '../rooms/read-store.contract.ts';
import { roomStoreContract } from '../rooms/room-store.contract.ts';
import { openPlace, PLACES } from '../support/places.ts';

for (const [name, makePlace] of PLACES) {
  const opened: AsyncDisposable[] = [];
  const make = async (): Promise<[Database, Database]> => {
    const place = await makePlace();
    const first = await openPlace(place);
    // an embedded database is one process's
    const second = place.env.DATABASE_URL ? await openPlace(place) : first;
    opened.push(place, first, ...(second === first ? [] : [second]));
    return [first, second];
  };
  let databases: Promise<[Database, Database]> | undefined;
  const open = (): Promise<[Database, Database]> => {
    databases ??= make();
    return databases;
  };
  afterAll(async () => {
    for (const resource of opened.reverse()) await resource[Symbol.asyncDispose]();
  });

  roomStoreContract(name, async () => (await open())[0].rooms);
  messageStoreContract(name, async () => {
    const [first, second] = await open();
    return { rooms: first.rooms, stores: [first.messages, second.messages] };
  });
  readStoreContract(name, async () => (await open())[0]);
  invitationStoreContract(name, async () => (await open())[0]);
  inboxStoreContract(name, async () => (await open())[0]);
}
