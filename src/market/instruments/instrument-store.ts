import type { InstrumentListing } from './instrument-listing.ts';

/** Keeps what is known of instruments. */
export interface InstrumentStore {
  /** @throws TickroomError SERVICE_UNAVAILABLE */
  all(): Promise<readonly InstrumentListing[]>;
  /** Replaces what is stored of these symbols. @throws TickroomError SERVICE_UNAVAILABLE */
  save(listings: readonly InstrumentListing[]): Promise<void>;
}
