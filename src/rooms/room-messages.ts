import { randomUUID } from 'node:crypto';
import { requireViewer } from '../auth/require-viewer.ts';
import type { Viewer } from '../auth/viewer.ts';
import type { Bus } from '../bus/bus.ts';
import { TickroomError } from '../errors.ts';
import type { MessageStore, Posting } from './message-store.ts';
import { refusal } from './permissions.ts';
import { roomTopic } from './room-event.ts';
import { parseContent, parseSendMessage, type SendMessage } from './room-input.ts';
import type { RoomEvent, RoomMessage } from './room-message.ts';
import { isInactive } from './room-refusals.ts';
import { type Rooms, roleOf } from './rooms.ts';
import { SendQueue } from './send-queue.ts';

export interface RoomMessagesOptions {
  readonly store: MessageStore;
  readonly rooms: Rooms;
  readonly bus: Pick<Bus, 'announce'>;
  /** A message is stored and could not be announced; readers find it by themselves. */
  readonly onError: (error: unknown) => void;
}

/** What is said in rooms. Stored first, announced then; every call throws as those of `Rooms` do. */
export class RoomMessages implements AsyncDisposable {
  readonly #options: RoomMessagesOptions;
  readonly #queue: SendQueue;

  constructor(options: RoomMessagesOptions) {
    this.#options = options;
    this.#queue = new SendQueue(options);
  }

  /** @returns the stored message; the first one when the sender's `clientId` was used before in the room */
  async send(viewer: Viewer | null, roomId: string, input: SendMessage): Promise<RoomMessage> {
    const sender = requireViewer(viewer);
    const parsed = parseSendMessage(input);
    const message = { ...parsed, id: randomUUID(), roomId, senderId: sender.id, createdAt: Date.now() };
    const outcome = await this.#queue.send(message, (posting) => refuse(sender, message, posting));
    switch (outcome.kind) {
      case 'appended':
        this.#announce({ kind: 'CREATED', position: outcome.message.position, message: outcome.message });
        return outcome.message;
      case 'repeated':
        return outcome.message;
      case 'refused':
        // to whom a room is not visible, it does not say why
        await this.#options.rooms.room(sender, roomId);
        throw outcome.error;
      case 'gone':
        await this.#options.rooms.room(sender, roomId);
        throw new TickroomError('CONFLICT', 'The room came into being meanwhile: send again.');
    }
  }

  /** Changes the content of a message: one's own, or any as a moderator. */
  async edit(viewer: Viewer | null, id: string, content: string): Promise<RoomMessage> {
    const parsed = parseContent(content);
    await this.#authorize(viewer, id, 'editOwn', 'editMessages');
    const event = await this.#options.store.edit(id, parsed, Date.now());
    return this.#tell(event);
  }

  /** Forgets the content of a message: one's own, or any as a moderator. */
  async delete(viewer: Viewer | null, id: string): Promise<RoomMessage> {
    await this.#authorize(viewer, id, 'deleteOwn', 'deleteMessages');
    const event = await this.#options.store.delete(id, Date.now());
    return this.#tell(event);
  }

  /** Messages by sequence, rising: the first ones after `after`, or the last ones before `before`. */
  async history(
    viewer: Viewer | null,
    roomId: string,
    range: Parameters<MessageStore['history']>[1],
  ): Promise<readonly RoomMessage[]> {
    await this.#options.rooms.access(viewer, roomId, 'readMessages');
    return this.#options.store.history(roomId, range);
  }

  /** Writes what was sent before. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue[Symbol.asyncDispose]();
  }

  async #authorize(
    viewer: Viewer | null,
    id: string,
    own: 'editOwn' | 'deleteOwn',
    others: 'editMessages' | 'deleteMessages',
  ): Promise<void> {
    const user = requireViewer(viewer);
    const message = await this.#options.store.message(id);
    if (!message) throw noMessage();
    try {
      await this.#options.rooms.access(user, message.roomId, message.senderId === user.id ? own : others);
    } catch (error) {
      // the id of a message does not tell that there is a room
      throw error instanceof TickroomError && error.code === 'ROOM_NOT_FOUND' ? noMessage() : error;
    }
  }

  #tell(event: RoomEvent | undefined): RoomMessage {
    if (!event) throw noMessage();
    this.#announce(event);
    return event.message;
  }

  /** Not waited for: the message is stored, and readers find it although this is lost. */
  #announce(event: RoomEvent): void {
    this.#options.bus.announce(roomTopic(event.message.roomId), event).catch(this.#options.onError);
  }
}

function refuse(
  sender: Viewer,
  { type, mentionsAll }: Pick<RoomMessage, 'type' | 'mentionsAll'>,
  posting: Posting,
): Error | undefined {
  const role = roleOf(sender, posting.role === null ? undefined : { role: posting.role });
  return (
    refusal(role, 'send') ??
    (mentionsAll ? refusal(role, 'mentionAll') : undefined) ??
    (type === 'SYSTEM' ? refusal(role, 'sendSystem') : undefined) ??
    (posting.status === 'ACTIVE' ? undefined : isInactive(posting))
  );
}

const noMessage = (): TickroomError =>
  new TickroomError('INVALID_INPUT', 'There is no such message, or it is deleted: check its id.');
