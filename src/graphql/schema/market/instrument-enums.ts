import type { ListingState } from '../../../market/instruments/instrument-listing.ts';
import type { SymbolKind } from '../../../market/symbols/symbol.ts';
import { builder } from '../../builder/builder.ts';

export const InstrumentTypeEnum = builder.enumType('InstrumentType', {
  description: 'The type of an instrument.',
  values: {
    STOCK: { description: 'A share, or another security that no other value names.' },
    INDEX: { description: 'An index: it has no orders and no volume of its own.' },
    FUND: { description: 'A fund that is traded on an exchange.' },
    BOND: { description: 'A bond, convertible bond or repo.' },
    FUTURE: { description: 'A future with a date, or a main contract.' },
    OPTION: { description: 'An option on a stock, index, future or coin.' },
    PERPETUAL: { description: 'A perpetual swap on a crypto pair.' },
    SPOT: { description: 'A pair of crypto currencies for immediate delivery.' },
    FX: { description: 'A pair of currencies, or a precious metal.' },
  } as const satisfies Record<SymbolKind, { description: string }>,
});

export const ListingStateEnum = builder.enumType('ListingState', {
  description: 'Whether an instrument may be traded.',
  values: {
    PENDING: { description: 'It is listed, and its first trading day has not come yet.' },
    LISTED: { description: 'It is traded when its market is open.' },
    HALTED: { description: 'Trading is interrupted within the day.' },
    SUSPENDED: { description: 'Trading is suspended until further notice (停牌).' },
    DELISTED: { description: 'It was delisted and is no longer traded.' },
  } as const satisfies Record<ListingState, { description: string }>,
});
