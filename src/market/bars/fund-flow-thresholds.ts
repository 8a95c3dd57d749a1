import Big from 'big.js';
import type { FundFlowThreshold, FundFlowThresholds } from '../events/market-state.ts';
import type { MarketCode } from '../symbols/symbol.ts';
import type { FundFlowPart } from './trade-bars.ts';

const eastMoney = (shares: boolean): FundFlowThresholds => ({
  superLarge: { amount: '1000000', shares: shares ? '500000' : null },
  large: { amount: '200000', shares: shares ? '100000' : null },
  medium: { amount: '40000', shares: shares ? '20000' : null },
});

/**
 * Where the buckets begin unless configured: East Money's rule for A-shares (super-large from ¥1,000,000 or 500,000 shares, and so on),
 * the same numbers in the market's own currency elsewhere. Sizes of crypto and currencies are no shares: only the amount decides.
 */
export const DEFAULT_THRESHOLDS: Readonly<Record<MarketCode, FundFlowThresholds>> = {
  CN: eastMoney(true),
  HK: eastMoney(true),
  US: eastMoney(true),
  CRYPTO: eastMoney(false),
  FX: eastMoney(false),
};

/** @returns the thresholds of every market: the default where none are configured, also when the market is present but undefined */
export function thresholdsOf(
  configured: Partial<Record<MarketCode, FundFlowThresholds>>,
): Record<MarketCode, FundFlowThresholds> {
  const {
    CN = DEFAULT_THRESHOLDS.CN,
    HK = DEFAULT_THRESHOLDS.HK,
    US = DEFAULT_THRESHOLDS.US,
    CRYPTO = DEFAULT_THRESHOLDS.CRYPTO,
    FX = DEFAULT_THRESHOLDS.FX,
  } = configured;
  return { CN, HK, US, CRYPTO, FX };
}

/** Sorts an order of the given amount and size into its bucket. */
export type PartOf = (amount: Big, size: Big) => FundFlowPart;

export function partOf(thresholds: FundFlowThresholds): PartOf {
  const superLarge = reaches(thresholds.superLarge);
  const large = reaches(thresholds.large);
  const medium = reaches(thresholds.medium);
  return (amount, size) => {
    if (superLarge(amount, size)) return 'superLarge';
    if (large(amount, size)) return 'large';
    return medium(amount, size) ? 'medium' : 'small';
  };
}

function reaches({ amount, shares }: FundFlowThreshold): (amount: Big, size: Big) => boolean {
  const leastAmount = new Big(amount);
  const leastShares = shares === null ? undefined : new Big(shares);
  return (value, size) => value.gte(leastAmount) || (leastShares !== undefined && size.gte(leastShares));
}
