import type { InstrumentListing, ListingState } from '../../market/instruments/instrument-listing.ts';
import type { InstrumentStore } from '../../market/instruments/instrument-store.ts';
import { resolveSymbol, type SymbolKind } from '../../market/symbols/symbol.ts';
import type { Instrument, PrismaClient } from '../generated/client.ts';

const MAX_AT_ONCE = 1000;

/** `InstrumentStore` on PostgreSQL: some statements of up to a thousand rows each. */
export class PrismaInstrumentStore implements InstrumentStore {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  async all(): Promise<readonly InstrumentListing[]> {
    const rows = await this.#prisma.instrument.findMany({ orderBy: { updatedAt: 'asc' } });
    // a row of an older spelling is of the canonical symbol, and the newest row of one wins
    return rows.flatMap((row) => {
      const symbol = resolveSymbol(row.symbol)?.symbol;
      return symbol === undefined ? [] : [listingOf(row, symbol)];
    });
  }

  async save(listings: readonly InstrumentListing[]): Promise<void> {
    for (let i = 0; i < listings.length; i += MAX_AT_ONCE) {
      const rows = listings.slice(i, i + MAX_AT_ONCE).map(rowOf);
      await this.#prisma.$executeRaw`
        INSERT INTO "Instrument" ("symbol", "name", "names", "type", "exchange", "currency", "lotSize", "tickSize",
          "limitUp", "limitDown", "status", "updatedAt")
        SELECT "symbol", "name", "names", "type", "exchange", "currency", "lotSize", "tickSize",
          "limitUp", "limitDown", "status", now()
        FROM json_populate_recordset(NULL::"Instrument", ${JSON.stringify(rows)}::json)
        ON CONFLICT ("symbol") DO UPDATE SET
          "name" = excluded."name", "names" = excluded."names", "type" = excluded."type",
          "exchange" = excluded."exchange", "currency" = excluded."currency", "lotSize" = excluded."lotSize",
          "tickSize" = excluded."tickSize", "limitUp" = excluded."limitUp", "limitDown" = excluded."limitDown",
          "status" = excluded."status", "updatedAt" = excluded."updatedAt"`;
    }
  }
}

const rowOf = (listing: InstrumentListing): Omit<Instrument, 'updatedAt'> => ({
  symbol: listing.symbol,
  name: listing.name,
  names: listing.names ?? null,
  type: listing.type ?? null,
  exchange: listing.exchange ?? null,
  currency: listing.currency ?? null,
  lotSize: listing.lotSize ?? null,
  tickSize: listing.tickSize ?? null,
  limitUp: listing.limitUp ?? null,
  limitDown: listing.limitDown ?? null,
  status: listing.status ?? null,
});

function listingOf({ updatedAt: _, name, names, ...row }: Instrument, symbol: string): InstrumentListing {
  return {
    ...row,
    symbol,
    name: name === row.symbol ? symbol : name,
    names: names as Record<string, string> | null,
    type: row.type as SymbolKind | null,
    status: row.status as ListingState | null,
  };
}
