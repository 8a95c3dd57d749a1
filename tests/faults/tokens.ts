import { SignJWT } from 'jose';
import type { AccountRole } from '../../src/auth/viewer.ts';
import { SECRET } from '../support/server.ts';

const DAY_SECONDS = 86_400;
const key = new TextEncoder().encode(SECRET);
const made = new Map<string, Promise<string>>();

/** A token that was made a day ago and is good for another day: whatever is wrong with a server's clock, it takes it. */
export function signEarlier(userId: string, role?: AccountRole): Promise<string> {
  let token = made.get(userId);
  if (!token) {
    const now = Math.floor(Date.now() / 1000);
    token = new SignJWT({ roles: role ? ['USER', role] : ['USER'] })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(userId)
      .setIssuedAt(now - DAY_SECONDS)
      .setExpirationTime(now + DAY_SECONDS)
      .sign(key);
    made.set(userId, token);
  }
  return token;
}
