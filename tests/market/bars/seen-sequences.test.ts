import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  KEEP_SEQUENCES_MS,
  SeenSequences,
  type SequencePart,
} from '../../../src/market/bars/seen-sequences.ts';

const scope = { symbol: 'AAPL', source: 'feed', day: 0 };
const stored = (parts: readonly SequencePart[]): SequencePart[] => JSON.parse(JSON.stringify(parts));

describe('the sequences that were seen', () => {
  it('M30 are those of a set, whatever their form and order, also after they were stored and read', () => {
    const sequence = fc.oneof(
      fc.integer({ min: 0, max: 60 }).map(String),
      fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 64n }).map(String),
      fc.constantFrom('a', 'A', '007', '7', '-1', '1.0'),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(sequence, fc.boolean()), { maxLength: 80 }), (steps) => {
        let seen = new SeenSequences();
        const model = new Set<string>();
        const rows = new Map<number, SequencePart>();
        for (const [one, isRestarted] of steps) {
          if (isRestarted) {
            for (const part of stored(seen.takeChanged())) rows.set(part.part, part);
            seen = new SeenSequences();
            for (const part of rows.values()) seen.restore(part);
          }
          expect(seen.add(scope, one, 0)).toBe(!model.has(one));
          model.add(one);
        }
        expect(seen.size).toBe(model.size);
      }),
    );
  });

  it('M30 belong to a symbol, a source and a trading day', () => {
    const seen = new SeenSequences();
    for (const other of [{}, { symbol: 'MSFT' }, { source: 'other' }, { day: 86_400_000 }]) {
      expect(seen.add({ ...scope, ...other }, '1', 0)).toBe(true);
    }
    expect(seen.add(scope, '1', 0)).toBe(false);
  });

  it('M30 are the newest ten thousand of each, contiguous ones in a few bytes', () => {
    const seen = new SeenSequences();
    for (let i = 1; i <= 12_000; i += 1) seen.add(scope, String(i), 0);
    expect(seen.size).toBeLessThanOrEqual(10_000);
    expect(seen.add(scope, '12000', 0)).toBe(false);
    expect(seen.add(scope, '3001', 0)).toBe(false);
    expect(seen.add(scope, '1', 0)).toBe(true);
    expect(JSON.stringify(seen.takeChanged()).length).toBeLessThan(2000);
    expect(seen.takeChanged()).toEqual([]);
  });

  it('M30 are forgotten 24 hours after the last of them, and when their trade was not taken', () => {
    const seen = new SeenSequences();
    seen.add(scope, '1', 0);
    seen.prune(KEEP_SEQUENCES_MS - 1);
    expect(seen.add(scope, '1', KEEP_SEQUENCES_MS - 1)).toBe(false);
    seen.prune(KEEP_SEQUENCES_MS);
    expect(seen.size).toBe(0);
    expect(seen.add(scope, '1', KEEP_SEQUENCES_MS)).toBe(true);
    seen.remove(scope, '1');
    expect(seen.size).toBe(0);
    expect(seen.add(scope, '1', KEEP_SEQUENCES_MS)).toBe(true);
  });

  it('M30 are bounded in all, also when they are restored: the scopes used least recently are forgotten', () => {
    const bounds = { maxSequences: 300, maxScopes: 5 };
    const scopeOf = (i: number) => ({ ...scope, source: `feed ${i}` });
    const part = (i: number, many: number): SequencePart => ({
      scope: scopeOf(i),
      part: 0,
      sequences: [[1, many]],
      seenAt: i,
    });
    const restored = new SeenSequences(bounds);
    for (let i = 0; i < 10; i += 1) restored.restore(part(i, 100));
    expect(restored.size).toBe(300);
    expect(restored.add(scopeOf(9), '100', 10)).toBe(false);
    expect(restored.add(scopeOf(6), '100', 10)).toBe(true);
    const many = new SeenSequences(bounds);
    for (let i = 0; i < 10; i += 1) many.restore(part(i, 1));
    expect(many.size).toBe(5);
    for (let i = 20; i < 30; i += 1) many.add(scopeOf(i), '1', 10);
    expect(many.size).toBe(5);
    expect(many.add(scopeOf(29), '1', 10)).toBe(false);
    const long = new SeenSequences(bounds);
    for (let i = 0; i < 20; i += 1) long.restore({ ...part(0, 1), part: i, sequences: [i] });
    expect(long.size).toBe(10);
  });
});
