import { describe, expect, it } from 'vitest';
import { User } from '../support/rooms.ts';
import { startServer } from '../support/server.ts';

describe('guessing the password of a room', () => {
  it('R4 stops after a few tries, says when to try again, and delays nobody else', async () => {
    await using server = await startServer();
    const [ann, mallory] = [await User.at(server, 'ann'), await User.at(server, 'mallory')];
    const room = await ann.createRoom({ type: 'PROTECTED', password: 'open sesame' });
    const guesses = Promise.allSettled(
      Array.from({ length: 30 }, (_, i) => mallory.join(room, `guess ${i}`)),
    );
    const honest = Array.from({ length: 10 }, async (_, i) => {
      const user = await User.at(server, `honest-${i}`);
      return user.join(room, 'open sesame');
    });
    expect(await Promise.all(honest)).toEqual(Array.from({ length: 10 }, () => 'MEMBER'));
    const words = (await guesses).map((guess) => (guess.status === 'rejected' ? String(guess.reason) : 'in'));
    expect(words.filter((word) => word.includes('PERMISSION_DENIED'))).toHaveLength(5);
    expect(words.filter((word) => word.includes('RATE_LIMIT_EXCEEDED'))).toHaveLength(25);
  });
});
