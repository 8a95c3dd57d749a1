import { confirmedPosition } from '../members/confirmed.ts';
import type { Link } from '../members/member.ts';
import type { SharedPayload } from '../payload/shared-payload.ts';
import type { Positions, TopicPosition } from '../positions/positions.ts';

/** An id says where its reader is in every topic, so it grows with them. */
const MAX_TOPICS = 20;
const MAX_ID_LENGTH = 8192;

/**
 * The id of a frame, for transports whose clients tell the last one they got when they come back (`Last-Event-ID`).
 * undefined where there is nothing to go on from: states, of which the newest comes anyway.
 */
export function eventId(link: Link, payload: SharedPayload): string | undefined {
  const { policy } = link;
  const { links } = link.member;
  if (policy.eventId === 'OF_TOPIC') return encode([[link.channel.name, payload.epoch, payload.sequence]]);
  if (policy.eventId === undefined || links.length > MAX_TOPICS) return undefined;
  return encode(
    links.map((one) => {
      const { epoch, sequence } = one === link ? payload : confirmedPosition(one);
      return [one.channel.name, epoch, sequence];
    }),
  );
}

/** What an id says; undefined: it is none of ours. */
export function positionsOfEventId(id: string | null | undefined): Positions | undefined {
  if (!id || id.length > MAX_ID_LENGTH) return undefined;
  try {
    const entries: unknown = JSON.parse(Buffer.from(id, 'base64url').toString());
    if (!Array.isArray(entries) || entries.length > MAX_TOPICS || !entries.every(isEntry)) return undefined;
    return new Map(
      entries.map(([topic, epoch, sequence]): [string, TopicPosition] => [topic, { epoch, sequence }]),
    );
  } catch {
    // not JSON: of another server, or made up
    return undefined;
  }
}

type Entry = readonly [topic: string, epoch: string, sequence: number];

const encode = (entries: readonly Entry[]): string =>
  Buffer.from(JSON.stringify(entries)).toString('base64url');

const isEntry = (entry: unknown): entry is Entry =>
  Array.isArray(entry) &&
  typeof entry[0] === 'string' &&
  typeof entry[1] === 'string' &&
  Number.isSafeInteger(entry[2]) &&
  entry[2] >= 0;
