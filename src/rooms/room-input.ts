import { ROOM_STATUSES, ROOM_TYPES, type RoomStatus, type RoomType } from './room.ts';
import { MESSAGE_TYPES, type MessageType } from './room-message.ts';
import { invalid, parseMetadata, parseText } from './text.ts';

type Optional<T> = { readonly [K in keyof T]?: T[K] | null | undefined };

export interface CreateRoom
  extends Optional<{ description: string; type: RoomType; password: string; maxMembers: number }> {
  readonly name: string;
}

/** What is undefined stays as it is; `maxMembers` null: no limit. */
export type UpdateRoom = Optional<{
  name: string;
  description: string;
  type: RoomType;
  status: RoomStatus;
  password: string;
  maxMembers: number;
}>;

/** What is said, in a room or to an inbox. */
export interface MessageContent {
  readonly content: string;
  readonly type?: MessageType | null | undefined;
  readonly metadata?: unknown;
}

export interface SendMessage extends MessageContent {
  readonly mentionsAll?: boolean | null | undefined;
  readonly clientId?: string | null | undefined;
}

const MAX_MEMBERS = 1_000_000;

export const parseName = (name: string): string =>
  parseText(name, { field: 'name', least: 1, most: 100, isName: true });
export const parseDescription = (text: string): string =>
  parseText(text, { field: 'description', least: 0, most: 1000 });
export const parsePassword = (text: string): string =>
  parseText(text, { field: 'password', least: 1, most: 256 });
export const parseContent = (text: string): string =>
  parseText(text, { field: 'content', least: 1, most: 10_000 });
export const parseUserId = (id: string): string => parseText(id, { field: 'userId', least: 1, most: 200 });
export const parseSearch = (text: string): string =>
  parseText(text, { field: 'search', least: 0, most: 100 });

/** @throws TickroomError INVALID_INPUT */
export function parseMaxMembers(most: number): number {
  if (Number.isInteger(most) && most >= 1 && most <= MAX_MEMBERS) return most;
  throw invalid(`maxMembers must be 1 to ${MAX_MEMBERS.toLocaleString('en')}; leave it out for no limit.`);
}

/** @throws TickroomError INVALID_INPUT */
export function parseCreateRoom(input: CreateRoom) {
  const type = oneOf(ROOM_TYPES, input.type ?? 'PUBLIC', 'type');
  const password = input.password ?? undefined;
  if (type === 'PROTECTED' && password === undefined) throw invalid('A PROTECTED room needs a password.');
  if (type !== 'PROTECTED' && password !== undefined) {
    throw invalid(`A ${type} room has no password: leave it out, or make the room PROTECTED.`);
  }
  return {
    name: parseName(input.name),
    description: parseDescription(input.description ?? ''),
    type,
    password: password === undefined ? undefined : parsePassword(password),
    maxMembers: typeof input.maxMembers === 'number' ? parseMaxMembers(input.maxMembers) : null,
  };
}

/** @throws TickroomError INVALID_INPUT */
export function parseUpdateRoom(input: UpdateRoom) {
  const parsed = <T, R>(value: T | null | undefined, parse: (value: T) => R): R | undefined =>
    value === null || value === undefined ? undefined : parse(value);
  return {
    name: parsed(input.name, parseName),
    description: parsed(input.description, parseDescription),
    type: parsed(input.type, (type) => oneOf(ROOM_TYPES, type, 'type')),
    status: parsed(input.status, (status) => oneOf(ROOM_STATUSES, status, 'status')),
    password: parsed(input.password, parsePassword),
    maxMembers: typeof input.maxMembers === 'number' ? parseMaxMembers(input.maxMembers) : input.maxMembers,
  };
}

/** @throws TickroomError INVALID_INPUT */
export function parseMessageContent(input: MessageContent) {
  return {
    content: parseContent(input.content),
    type: oneOf(MESSAGE_TYPES, input.type ?? 'TEXT', 'type'),
    metadata: parseMetadata(input.metadata),
  };
}

/** @throws TickroomError INVALID_INPUT */
export function parseSendMessage(input: SendMessage) {
  const { clientId = null } = input;
  return {
    ...parseMessageContent(input),
    mentionsAll: input.mentionsAll ?? false,
    clientId:
      clientId === null
        ? null
        : parseText(clientId, { field: 'clientId', least: 1, most: 100, isName: true }),
  };
}

function oneOf<T extends string>(known: readonly T[], value: T, field: string): T {
  if (known.includes(value)) return value;
  throw invalid(`${field} must be one of ${known.join(', ')}.`);
}
