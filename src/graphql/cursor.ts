import { TickroomError } from '../errors.ts';

/** A place in a room's messages or in an inbox. Clients get it as text that means nothing to them. */
export interface CursorValue {
  readonly kind: 'room' | 'inbox';
  /** the beginning of the id of the room or user */
  readonly owner: string;
  /** whoever has this has every event up to here */
  readonly position: number;
  /** of the message or item it stands at */
  readonly sequence: number;
}

const OWNER_LENGTH = 8;
const FORMAT = /^(room|inbox)\/(.*)\/(\d{1,16})\/(\d{1,16})$/s;

export const ownerOf = (id: string): string => id.slice(0, OWNER_LENGTH);

export function encodeCursor({ kind, owner, position, sequence }: CursorValue): string {
  return Buffer.from(`${kind}/${ownerOf(owner)}/${position}/${sequence}`).toString('base64url');
}

/** @throws TickroomError INVALID_INPUT */
export function decodeCursor(text: unknown): CursorValue {
  const match = typeof text === 'string' && text.length <= 200 && FORMAT.exec(fromBase64Url(text));
  const [, kind, owner = '', position, sequence] = match || [];
  const value = { kind, owner, position: Number(position), sequence: Number(sequence) };
  if (!kind || !Number.isSafeInteger(value.position) || !Number.isSafeInteger(value.sequence)) {
    throw new TickroomError('INVALID_INPUT', 'This is not a cursor: pass one exactly as you received it.');
  }
  return value as CursorValue;
}

/**
 * The cursor, if it is one of this room or inbox.
 * @throws TickroomError INVALID_INPUT
 */
export function cursorOf(
  cursor: CursorValue | null | undefined,
  kind: CursorValue['kind'],
  id: string,
): CursorValue | undefined {
  if (!cursor) return undefined;
  if (cursor.kind === kind && cursor.owner === ownerOf(id)) return cursor;
  throw new TickroomError(
    'INVALID_INPUT',
    `This is the cursor of another ${cursor.kind}: pass one received from this ${kind}.`,
  );
}

const fromBase64Url = (text: string): string => Buffer.from(text, 'base64url').toString();
