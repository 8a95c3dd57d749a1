import type { InstrumentListing } from './market-event.ts';

/** What can be subscribed to, for search. */
export class Instruments {
  readonly #listings = new Map<string, InstrumentListing>();
  readonly #onListed: (listing: InstrumentListing) => void;

  /** @param onListed hears what is listed here for the first time, or under a new name */
  constructor(onListed: (listing: InstrumentListing) => void = () => {}) {
    this.#onListed = onListed;
  }

  /** Lists an instrument; one that is listed already gets the new name. */
  add(listing: InstrumentListing): void {
    const isKnown = this.#listings.get(listing.symbol)?.name === listing.name;
    this.#listings.set(listing.symbol, listing);
    if (!isKnown) this.#onListed(listing);
  }

  /** Takes over what another instance lists. */
  learn(listings: readonly InstrumentListing[]): void {
    for (const listing of listings) this.#listings.set(listing.symbol, listing);
  }

  get(symbol: string): InstrumentListing | undefined {
    return this.#listings.get(symbol);
  }

  has(symbol: string): boolean {
    return this.#listings.has(symbol);
  }

  /**
   * Those whose symbol starts with the text, then those that hold it elsewhere in symbol or name; each by symbol.
   * Case does not matter. No text: all, by symbol.
   */
  search(text?: string): InstrumentListing[] {
    const wanted = text?.trim().toLowerCase() ?? '';
    const starts: InstrumentListing[] = [];
    const holds: InstrumentListing[] = [];
    for (const listing of this.#listings.values()) {
      const symbol = listing.symbol.toLowerCase();
      if (symbol.startsWith(wanted)) starts.push(listing);
      else if (symbol.includes(wanted) || listing.name.toLowerCase().includes(wanted)) holds.push(listing);
    }
    return [...starts.sort(bySymbol), ...holds.sort(bySymbol)];
  }
}

// by code point, so that the order is the same in every locale
const bySymbol = (a: InstrumentListing, b: InstrumentListing): number => (a.symbol < b.symbol ? -1 : 1);
