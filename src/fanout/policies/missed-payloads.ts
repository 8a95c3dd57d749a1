import type { BusEvent } from '../../bus/bus.ts';
import { BoundedMap } from '../../primitives/bounded-map.ts';
import type { SharedPayload } from '../payload/shared-payload.ts';

const MAX_PAYLOADS = 256;

/** Frames of events that were published before: many clients that return at once missed the same. */
export class MissedPayloads {
  readonly #payloads = new BoundedMap<string, SharedPayload>(MAX_PAYLOADS);

  get({ epoch, sequence }: BusEvent): SharedPayload | undefined {
    return this.#payloads.get(`${epoch}/${sequence}`);
  }

  set({ epoch, sequence }: BusEvent, payload: SharedPayload): void {
    this.#payloads.set(`${epoch}/${sequence}`, payload);
  }
}
