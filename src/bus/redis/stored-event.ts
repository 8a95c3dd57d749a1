import type { BusEvent, Position } from '../bus.ts';

/**
 * The version of events as they are kept and published in Redis. An event without `v` has version 1. A build reads its
 * own version and the one before, so that instances of both are one server during a rolling upgrade.
 */
export const EVENT_VERSION = 1;

/** An event as Redis has it. */
export interface StoredEvent extends Position {
  readonly payload: unknown;
  readonly v?: number;
}

/** Announced instead of an event when many were put into the history. */
export type Announced = StoredEvent | Position;

/** @returns undefined: a newer build wrote the event, in a format that this build does not know */
export function readEvent(
  topic: string,
  { epoch, sequence, payload, v = 1 }: StoredEvent,
): BusEvent | undefined {
  return v > EVENT_VERSION ? undefined : { topic, epoch, sequence, payload };
}
