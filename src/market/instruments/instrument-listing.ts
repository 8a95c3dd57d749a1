import type { SymbolKind } from '../symbols/symbol.ts';

/** An exact decimal number as text. */
type DecimalText = string;

export const LISTING_STATES = ['PENDING', 'LISTED', 'HALTED', 'SUSPENDED', 'DELISTED'] as const;
/** Whether an instrument may be traded. */
export type ListingState = (typeof LISTING_STATES)[number];

/** What is known of an instrument beside its symbol; null and absent are the same: not known. */
export interface InstrumentDetails {
  /** by BCP 47 language tag, such as `zh-Hans` */
  readonly names?: Readonly<Record<string, string>> | null | undefined;
  readonly type?: SymbolKind | null | undefined;
  /** a code such as SSE, HKEX or XNAS */
  readonly exchange?: string | null | undefined;
  /** ISO 4217 code, or the coin that prices are in */
  readonly currency?: string | null | undefined;
  /** the least that is traded at once, in shares, contracts or coins */
  readonly lotSize?: DecimalText | null | undefined;
  /** the least step of a price */
  readonly tickSize?: DecimalText | null | undefined;
  /** the highest and the lowest price of the trading day */
  readonly limitUp?: DecimalText | null | undefined;
  readonly limitDown?: DecimalText | null | undefined;
  readonly status?: ListingState | null | undefined;
}

/** An instrument as it is listed. */
export interface InstrumentListing extends InstrumentDetails {
  readonly symbol: string;
  /** the symbol where nobody gave a name */
  readonly name: string;
}

/** What a source says of an instrument: a field that is absent keeps its value, and null clears it. */
export interface InstrumentReport extends InstrumentDetails {
  readonly symbol: string;
  readonly name?: string | null | undefined;
}

const FIELDS = [
  'names',
  'type',
  'exchange',
  'currency',
  'lotSize',
  'tickSize',
  'limitUp',
  'limitDown',
  'status',
] as const satisfies readonly (keyof InstrumentDetails)[];

/** A listing with what a report says; the very listing where that is nothing new. */
export function withReport(
  listing: InstrumentListing | undefined,
  report: InstrumentReport,
): InstrumentListing {
  const { symbol } = report;
  // a feed that has no name gives the symbol, which is no news
  const told = report.name === symbol ? undefined : report.name;
  const name = told === undefined ? (listing?.name ?? symbol) : (told ?? symbol);
  const next: Record<string, unknown> = { symbol, name };
  for (const field of FIELDS) {
    const value = report[field] === undefined ? listing?.[field] : report[field];
    if (value != null) next[field] = value;
  }
  const isSame = listing !== undefined && JSON.stringify(inOrder(listing)) === JSON.stringify(inOrder(next));
  return isSame ? listing : (next as unknown as InstrumentListing);
}

/** Whether more is known than that there is such a symbol. */
export const isDescribed = (listing: InstrumentListing): boolean =>
  listing.name !== listing.symbol || FIELDS.some((field) => listing[field] != null);

/** Whether nothing is traded, whatever the market does. */
export const isHalted = (listing: InstrumentListing | undefined): boolean =>
  listing?.status != null && listing.status !== 'LISTED';

const inOrder = (listing: Partial<InstrumentListing>): unknown[] => [
  listing.name,
  ...FIELDS.map((field) => listing[field] ?? null),
];
