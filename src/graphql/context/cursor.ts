import { TickroomError } from '../../errors.ts';
import type { Positions, TopicPosition } from '../../fanout/positions/positions.ts';
import { renamedTopic } from '../../market/events/topics.ts';

/** A place in a room's messages or in an inbox. */
export interface StoredCursor {
  readonly kind: 'room' | 'inbox';
  /** the beginning of the id of the room or user */
  readonly owner: string;
  /** whoever has this has every event up to here */
  readonly position: number;
  /** of the message or item it stands at */
  readonly sequence: number;
  /** of both: the numbers are given again after an older state of the database was restored; '' before that */
  readonly epoch: string;
}

/** A place among the events of one topic. */
export interface EventCursor extends TopicPosition {
  readonly kind: 'event';
  readonly topic: string;
}

/** Clients get it as text that means nothing to them. */
export type CursorValue = StoredCursor | EventCursor;

const OWNER_LENGTH = 8;
/** No topic has this epoch. */
const RENAMED = 'renamed';
const EVENT_FORMAT = /^event\/(\d{1,16})\/([\w-]{1,40})\/(.{1,80})$/s;
/** Without an epoch as servers wrote it that knew of none. */
const FORMAT = /^(room|inbox)\/(.*)\/(\d{1,16})\/(\d{1,16})(?:\/(e[0-9a-f]{12}))?$/s;

export const ownerOf = (id: string): string => id.slice(0, OWNER_LENGTH);

export function encodeCursor(value: CursorValue): string {
  return Buffer.from(textOf(value)).toString('base64url');
}

function textOf(value: CursorValue): string {
  if (value.kind === 'event') return `event/${value.sequence}/${value.epoch}/${value.topic}`;
  const { kind, owner, position, sequence, epoch } = value;
  return `${kind}/${ownerOf(owner)}/${position}/${sequence}${epoch && `/${epoch}`}`;
}

/** @throws TickroomError INVALID_INPUT */
export function decodeCursor(text: unknown): CursorValue {
  const plain = typeof text === 'string' && text.length <= 200 ? fromBase64Url(text) : '';
  const event = EVENT_FORMAT.exec(plain);
  if (event) {
    const [, sequence, epoch = '', topic = ''] = event;
    return { kind: 'event', sequence: Number(sequence), epoch, topic };
  }
  const match = FORMAT.exec(plain);
  const [, kind, owner = '', position, sequence, epoch = ''] = match ?? [];
  const value = { kind, owner, position: Number(position), sequence: Number(sequence), epoch };
  if (!kind || !Number.isSafeInteger(value.position) || !Number.isSafeInteger(value.sequence)) {
    throw new TickroomError('INVALID_INPUT', 'This is not a cursor: pass one exactly as you received it.');
  }
  return value as StoredCursor;
}

/**
 * The cursor, if it is one of this room or inbox.
 * @throws TickroomError INVALID_INPUT
 */
export function cursorOf(
  cursor: CursorValue | null | undefined,
  kind: StoredCursor['kind'],
  id: string,
): StoredCursor | undefined {
  if (!cursor) return undefined;
  if (cursor.kind === kind && cursor.owner === ownerOf(id)) return cursor;
  throw new TickroomError(
    'INVALID_INPUT',
    `This is the cursor of another ${cursor.kind}: pass one received from this ${kind}.`,
  );
}

/**
 * The positions that cursors of events stand for.
 * @param topics what they may be of
 * @throws TickroomError INVALID_INPUT for one of something else
 */
export function positionsOf(
  cursors: readonly CursorValue[] | null | undefined,
  topics: readonly string[],
): Positions | undefined {
  if (!cursors) return undefined;
  const known = new Set(topics);
  const positions = new Map<string, TopicPosition>();
  for (const cursor of cursors) {
    const topic = cursor.kind === 'event' ? renamedTopic(cursor.topic) : '';
    if (cursor.kind !== 'event' || !known.has(topic)) {
      throw new TickroomError(
        'INVALID_INPUT',
        'after must hold cursors of what is subscribed to: pass the last one received of each symbol.',
      );
    }
    // what was numbered under another spelling leads nowhere: that is a gap
    const isRenamed = topic !== cursor.topic;
    positions.set(topic, isRenamed ? { epoch: RENAMED, sequence: cursor.sequence } : cursor);
  }
  return positions;
}

const fromBase64Url = (text: string): string => Buffer.from(text, 'base64url').toString();
