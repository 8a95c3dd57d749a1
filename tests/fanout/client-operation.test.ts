import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isRandomId, keyOf } from '../../src/fanout/resume/client-operation.ts';

const NANOID = '_-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const nanoid = () => [...randomBytes(21)].map((byte) => NANOID[byte % 64]).join('');

const connection = { id: 'c1', session: undefined, token: '' };

describe('how a client is recognized', () => {
  it('U10 by a random operation id, as client libraries make them', () => {
    const made = Array.from({ length: 500 }, () => [randomUUID(), randomUUID().replaceAll('-', '')]).flat();
    expect(made.filter((id) => !isRandomId(id))).toEqual([]);
    // by chance, one of thousands looks like words
    const isMissed = Array.from({ length: 1000 }, nanoid).filter((id) => !isRandomId(id)).length;
    expect(isMissed).toBeLessThan(20);
  });

  it.each([
    '1',
    '42',
    '',
    'watchlist',
    '000000000000000000000001',
    'subscription-1732700000000',
    'quotes-of-the-first-tab-of-the-user',
    'fiveThousandSymbolsWatch1',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaa',
    'a1a1a1a1a1a1a1a1a1a1a1a1a1',
    '00000000-0000-1000-8000-000000000001',
    'told-0.8234567890123456',
  ])('U10 not by %j, which other clients may have too', (operationId) => {
    expect(isRandomId(operationId)).toBe(false);
    const key = keyOf({ userId: 'ann', operationId, connection });
    expect(key.isSession).toBe(false);
    const other = { ...connection, id: 'c2' };
    expect(keyOf({ userId: 'ann', operationId, connection: other }).key).not.toBe(key.key);
  });

  it('U10 by what it calls itself, whatever its ids', () => {
    const named = (session: string, operationId: string) =>
      keyOf({ userId: 'ann', operationId, connection: { ...connection, session } });
    expect(named('tab', '1')).toMatchObject({ isSession: true });
    const keys = [named('tab', '1'), named('tab', '2'), named('other', '1')].map(({ key }) => key);
    expect(new Set(keys).size).toBe(3);
  });
});
