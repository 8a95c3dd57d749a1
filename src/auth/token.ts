import { SignJWT } from 'jose';
import type { AccountRole } from './viewer.ts';

export interface TokenClaims {
  readonly userId: string;
  readonly roles: readonly AccountRole[];
  readonly ttlSeconds: number;
  readonly key: Uint8Array;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
}

/** A signed token (HS256) with `sub`, `roles`, `iat` and `exp`. */
export async function signToken({
  userId,
  roles,
  ttlSeconds,
  key,
  issuer,
  audience,
}: TokenClaims): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const token = new SignJWT({ roles })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuedAt(now)
    .setExpirationTime(now + ttlSeconds);
  if (issuer) token.setIssuer(issuer);
  if (audience) token.setAudience(audience);
  return token.sign(key);
}
