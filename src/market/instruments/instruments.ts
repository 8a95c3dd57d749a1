import { resolveSymbol } from '../symbols/symbol.ts';
import { type InstrumentListing, type InstrumentReport, withReport } from './instrument-listing.ts';

/** What can be subscribed to, for search. */
export class Instruments {
  readonly #listings = new Map<string, InstrumentListing>();
  readonly #onListed: (listing: InstrumentListing) => void;

  /** @param onListed hears what is listed here for the first time, or of which something new was said */
  constructor(onListed: (listing: InstrumentListing) => void = () => {}) {
    this.#onListed = onListed;
  }

  /** Lists an instrument, or adds to what is known of it: what the report leaves out stays. */
  add(report: InstrumentReport): void {
    const known = this.#listings.get(report.symbol);
    const listing = withReport(known, report);
    if (listing === known) return;
    this.#listings.set(report.symbol, listing);
    this.#onListed(listing);
  }

  /** Takes over what another instance lists, or what is stored. */
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
   * First the instrument that the text is a spelling of, then those whose symbol starts with the text, then those that
   * hold it elsewhere in symbol or a name, in whatever language; each by symbol. Case does not matter. No text: all, by
   * symbol.
   */
  search(text?: string): InstrumentListing[] {
    const wanted = folded(text?.trim() ?? '');
    const meant = wanted === '' ? undefined : resolveSymbol(wanted)?.symbol;
    const spelt: InstrumentListing[] = [];
    const starts: InstrumentListing[] = [];
    const holds: InstrumentListing[] = [];
    for (const listing of this.#listings.values()) {
      const symbol = folded(listing.symbol);
      if (listing.symbol === meant) spelt.push(listing);
      else if (symbol.startsWith(wanted)) starts.push(listing);
      else if (symbol.includes(wanted) || namesOf(listing).some((name) => folded(name).includes(wanted))) {
        holds.push(listing);
      }
    }
    return [...spelt, ...starts.sort(bySymbol), ...holds.sort(bySymbol)];
  }
}

const namesOf = ({ name, names }: InstrumentListing): string[] => [name, ...Object.values(names ?? {})];

const folded = (text: string): string => text.normalize('NFKC').toLowerCase();

// by code point, so that the order is the same in every locale
const bySymbol = (a: InstrumentListing, b: InstrumentListing): number => (a.symbol < b.symbol ? -1 : 1);
