import { describe, expect, it } from 'vitest';
import { hashPassword, isPassword } from '../../src/rooms/password.ts';

describe('passwords', () => {
  it('R4 are kept as salted scrypt hashes, which tell right from wrong', async () => {
    const [hash, again] = await Promise.all([hashPassword('correct 漢字'), hashPassword('correct 漢字')]);
    expect(hash).toMatch(/^scrypt\$32768\$8\$3\$[A-Za-z0-9+/=]{24}\$[A-Za-z0-9+/=]{44}$/);
    expect(hash).not.toBe(again);
    expect(await isPassword('correct 漢字', hash)).toBe(true);
    expect(await isPassword('correct 漢子', hash)).toBe(false);
    expect(await isPassword('', hash)).toBe(false);
  });

  it('R4 are the same however their accents are typed', async () => {
    expect(await isPassword('caf\u00E9', await hashPassword('cafe\u0301'))).toBe(true);
  });

  it('R4 are refused with SERVICE_UNAVAILABLE when too many are guessed at once', async () => {
    // as cheap as they come: what is counted is how many may wait
    const cheap = `scrypt$16$1$1$${'A'.repeat(24)}$${'A'.repeat(44)}`;
    const outcomes = await Promise.allSettled(Array.from({ length: 60 }, () => isPassword('x', cheap)));
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBe(60 - 22);
    expect(refused[0]).toMatchObject({ reason: { code: 'SERVICE_UNAVAILABLE' } });
    expect(await isPassword('x', await hashPassword('x'))).toBe(true);
  });
});
