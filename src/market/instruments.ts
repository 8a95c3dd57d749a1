import type { InstrumentListing } from './market-event.ts';

/** What can be subscribed to, for search. */
export class Instruments {
  readonly #listings = new Map<string, InstrumentListing>();

  add(listing: InstrumentListing): void {
    this.#listings.set(listing.symbol, listing);
  }

  has(symbol: string): boolean {
    return this.#listings.has(symbol);
  }

  /** Those whose symbol starts with the text first, then those that hold it in symbol or name; each by symbol. */
  search(text?: string): InstrumentListing[] {
    const all = [...this.#listings.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
    const wanted = text?.trim().toLowerCase();
    if (!wanted) return all;
    const starts = all.filter(({ symbol }) => symbol.toLowerCase().startsWith(wanted));
    const holds = all.filter(
      (listing) =>
        !starts.includes(listing) &&
        (listing.symbol.toLowerCase().includes(wanted) || listing.name.toLowerCase().includes(wanted)),
    );
    return [...starts, ...holds];
  }
}
