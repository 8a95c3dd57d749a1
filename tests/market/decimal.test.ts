import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDecimals, isDecimalText, isZero } from '../../src/market/events/decimal.ts';

describe('decimals', () => {
  it.each(['0', '-0', '1', '007', '0.35210000', '-12.5', '9'.repeat(40)])('M2 accepts %s', (text) => {
    expect(isDecimalText(text)).toBe(true);
  });

  it.each(['', '-', '.5', '5.', '+1', '1e5', '0x10', ' 1', '1\n', '1,000', 'NaN', '٣', '9'.repeat(41)])(
    'refuses %j',
    (text) => {
      expect(isDecimalText(text)).toBe(false);
    },
  );

  it('M2 orders by exact value, beyond what a double can tell apart', () => {
    expect(compareDecimals('1.0', '1.00')).toBe(0);
    expect(compareDecimals('9', '10')).toBeLessThan(0);
    expect(compareDecimals('-9', '-10')).toBeGreaterThan(0);
    expect(compareDecimals('9007199254740993', '9007199254740992')).toBeGreaterThan(0);
    expect(compareDecimals('0.10000000000000000000001', '0.10000000000000000000002')).toBeLessThan(0);
  });

  it('M2 orders any two as integers of the same scale', () => {
    const cents = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
    const text = (value: bigint): string => {
      const digits = (value < 0n ? -value : value).toString().padStart(9, '0');
      return `${value < 0n ? '-' : ''}${digits.slice(0, -8)}.${digits.slice(-8)}`;
    };
    fc.assert(
      fc.property(
        cents,
        fc.oneof(cents, fc.bigInt({ min: -3n, max: 3n })),
        fc.boolean(),
        (a, other, near) => {
          const b = near ? a + other : other;
          expect(Math.sign(compareDecimals(text(a), text(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
        },
      ),
    );
  });

  it('M2 knows zero in every writing', () => {
    for (const zero of ['0', '0.000', '-0.0', '000']) expect(isZero(zero)).toBe(true);
    for (const other of ['0.0001', '10', '-0.00000000000000000000000001']) expect(isZero(other)).toBe(false);
  });
});
