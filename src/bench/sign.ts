import { SignJWT } from 'jose';

/** A token for an hour. */
export const sign = (secret: string, userId: string, roles: readonly string[] = []): Promise<string> =>
  new SignJWT({ roles })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));
