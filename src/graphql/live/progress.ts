import { createHash } from 'node:crypto';
import type { Positions } from '../../fanout/positions/positions.ts';
import type { ClientOperation } from '../../fanout/resume/client-operation.ts';
import type { LiveOpening, LiveSource } from './live.ts';

/** Ids are the client's; no client library makes longer ones. */
const LONGEST_ID = 100;

/** An operation as its connection knows it. */
export type NamedOperation = Omit<ClientOperation, 'userId'>;

/** Under which name a subscription is found again; undefined: an anonymous one is not. */
export function clientOperation(
  { request }: LiveOpening,
  named: NamedOperation | undefined,
): ClientOperation | undefined {
  const { viewer } = request.context;
  if (!viewer || !named || named.operationId.length > LONGEST_ID) return undefined;
  return { ...named, userId: viewer.id };
}

/** Equal for subscriptions of which one can go on where the other was: the same in everything the client said. */
export function identityOf({ key, topics, after }: LiveSource): string {
  const said = JSON.stringify([key, topics, [...(after ?? [])]]);
  return createHash('sha256').update(said).digest('base64url').slice(0, 22);
}

/** What is said of other topics is none of this subscription's business. */
export function onlyOf(topics: readonly string[], positions: Positions): Positions {
  const known = new Set(topics);
  return new Map([...positions].filter(([topic]) => known.has(topic)));
}
