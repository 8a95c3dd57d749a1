import { describe, expect, it } from 'vitest';
import { instantOf, parseInstant } from '../../src/market/events/instant.ts';

const MS = Date.parse('2026-11-25T10:00:00.123Z');

describe('instants', () => {
  it.each([
    ['seconds', Math.floor(MS / 1000), { ms: MS - 123, nanos: 0 }],
    ['seconds with a fraction as text', `${Math.floor(MS / 1000)}.123456789`, { ms: MS, nanos: 456_789 }],
    ['milliseconds', MS, { ms: MS, nanos: 0 }],
    ['milliseconds as text', String(MS), { ms: MS, nanos: 0 }],
    ['microseconds', MS * 1000 + 7, { ms: MS, nanos: 7000 }],
    ['nanoseconds as text', `${MS}000001`, { ms: MS, nanos: 1 }],
    ['nanoseconds as a big integer', BigInt(MS) * 1_000_000n + 999_999n, { ms: MS, nanos: 999_999 }],
    ['the first of 1980', 315_532_800, { ms: 315_532_800_000, nanos: 0 }],
  ])('M19 recognises the unit of a stamp by its size: %s', (_unit, value, instant) => {
    expect(instantOf(value)).toEqual(instant);
  });

  it.each([
    0,
    -1,
    1,
    86_400,
    99_999_999,
    12_345_678_901,
    1e14 + 0.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '',
    'now',
    '1e12',
  ])('M18 knows no time in %s', (value) => {
    expect(instantOf(value)).toBeUndefined();
  });

  it.each([
    ['2026-02-28T23:59:59Z', '2026-02-28T23:59:59.000Z', 0],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z', 0],
    ['2026-11-25t10:00:00.1z', '2026-11-25T10:00:00.100Z', 0],
    ['2026-11-25T18:00:00.123456789+08:00', '2026-11-25T10:00:00.123Z', 456_789],
    ['2026-11-25T00:30:00.000000001-05:30', '2026-11-25T06:00:00.000Z', 1],
    ['2026-11-25T10:00:00.1234567891234Z', '2026-11-25T10:00:00.123Z', 456_789],
  ])('M24 reads %s', (text, iso, nanos) => {
    const instant = parseInstant(text);
    expect(instant && new Date(instant.ms).toISOString()).toBe(iso);
    expect(instant?.nanos).toBe(nanos);
  });

  it.each([
    '2026-02-29T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-11-31T00:00:00Z',
    '2026-04-31T12:00:00+08:00',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-11-00T00:00:00Z',
    '2026-11-25T24:00:00Z',
    '2026-11-25T10:60:00Z',
    '2026-11-25T10:00:60Z',
    '2026-11-25T10:00:00+24:00',
    '2026-11-25T10:00:00+08:60',
    '2026-11-25T10:00:00',
    '2026-11-25',
    '2026-11-25 10:00:00Z',
    '57971-01-01T00:00:00Z',
  ])('M24 refuses %s', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });
});
