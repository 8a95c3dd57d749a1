import { createHash } from 'node:crypto';
import type { Progress, ProgressRef } from '../fanout/progress-store.ts';
import type { Positions } from '../fanout/resume.ts';
import type { LiveOpening, LiveSource } from './live.ts';

/** Ids are the client's; no client library makes longer ones. */
const LONGEST_ID = 100;

/** Under which name a subscription is found again; undefined: an anonymous one is not. */
export function progressRef(
  { request }: LiveOpening,
  operationId: string | undefined,
): ProgressRef | undefined {
  const { viewer } = request.context;
  if (!viewer || operationId === undefined || operationId.length > LONGEST_ID) return undefined;
  return { userId: viewer.id, operationId };
}

/** Equal for subscriptions of which one can go on where the other was: the same in everything the client said. */
export function identityOf({ key, topics, after }: LiveSource): string {
  const said = JSON.stringify([key, topics, [...(after ?? [])]]);
  return createHash('sha256').update(said).digest('base64url').slice(0, 22);
}

export const positionsIn = ({ positions }: Progress): Positions =>
  new Map(Object.entries(positions).map(([topic, [epoch, sequence]]) => [topic, { epoch, sequence }]));

/** What is said of other topics is none of this subscription's business. */
export function onlyOf(topics: readonly string[], positions: Positions): Positions {
  const known = new Set(topics);
  return new Map([...positions].filter(([topic]) => known.has(topic)));
}
