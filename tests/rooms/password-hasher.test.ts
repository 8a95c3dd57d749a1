import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PasswordHasher } from '../../src/rooms/password-hasher.ts';

describe('passwords', () => {
  let hasher: PasswordHasher;
  beforeAll(() => {
    hasher = new PasswordHasher();
  });
  afterAll(() => hasher[Symbol.asyncDispose]());

  it('R4 are kept as salted scrypt hashes, which tell right from wrong', async () => {
    const [hash, again] = await Promise.all([
      hasher.hash('ann', 'correct 漢字'),
      hasher.hash('ann', 'correct 漢字'),
    ]);
    expect(hash).toMatch(/^scrypt\$32768\$8\$3\$[A-Za-z0-9+/=]{24}\$[A-Za-z0-9+/=]{44}$/);
    expect(hash).not.toBe(again);
    expect(await hasher.verify('ann', 'correct 漢字', hash)).toBe(true);
    expect(await hasher.verify('ann', 'correct 漢子', hash)).toBe(false);
    expect(await hasher.verify('ann', '', hash)).toBe(false);
  });

  it('R4 are the same however their accents are typed', async () => {
    expect(await hasher.verify('ann', 'caf\u00E9', await hasher.hash('ann', 'cafe\u0301'))).toBe(true);
  });

  it('R4 who guesses many at once waits for itself: others are served in between', async () => {
    const hash = await hasher.hash('ann', 'x');
    const done: string[] = [];
    const guesses = Array.from({ length: 30 }, () =>
      hasher.verify('mallory', 'guess', hash).then(() => done.push('mallory')),
    );
    const outcomes = Promise.allSettled(guesses);
    const honest = ['ann', 'bob'].map(async (user) => {
      expect(await hasher.verify(user, 'x', hash)).toBe(true);
      done.push(user);
    });
    await Promise.all(honest);
    // the one that ran and the one whose turn it was
    expect(done.filter((user) => user === 'mallory').length).toBeLessThanOrEqual(2);
    const refused = (await outcomes).filter(({ status }) => status === 'rejected');
    // one runs, and five may wait
    expect(refused).toHaveLength(30 - 6);
    expect(refused[0]).toMatchObject({ reason: { code: 'RATE_LIMIT_EXCEEDED' } });
  });

  it('R4 are refused with SERVICE_UNAVAILABLE when too many users wait, and what waits when it closes', async () => {
    await using crowded = new PasswordHasher();
    // as cheap as they come: what is counted is how many may wait
    const cheap = `scrypt$16$1$1$${'A'.repeat(24)}$${'A'.repeat(44)}`;
    const asked = Array.from({ length: 250 }, (_, i) => crowded.verify(`user ${i}`, 'x', cheap));
    const outcomes = await Promise.allSettled(asked);
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(250 - 201);
    expect(refused[0]).toMatchObject({ reason: { code: 'SERVICE_UNAVAILABLE' } });
    const open = [1, 2, 3].map((i) => crowded.hash(`user ${i}`, 'x'));
    const ended = Promise.allSettled(open);
    await crowded[Symbol.asyncDispose]();
    expect((await ended).every(({ status }) => status === 'rejected')).toBe(true);
  });
});
