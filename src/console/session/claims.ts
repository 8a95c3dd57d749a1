/** What a token says about itself. The server checks it; the console only reads it, to know whose it is and until when. */
export interface Claims {
  readonly user: string;
  readonly roles: readonly string[];
  /** epoch ms */
  readonly issuedAt: number | undefined;
  /** epoch ms; undefined: never */
  readonly expiresAt: number | undefined;
}

/** @returns undefined: it is no JWT, or names nobody */
export function readClaims(token: string | undefined): Claims | undefined {
  try {
    const { sub, roles, iat, exp } = JSON.parse(decode(token?.split('.')[1] ?? '')) as Record<
      string,
      unknown
    >;
    if (typeof sub !== 'string') return undefined;
    return {
      user: sub,
      roles: Array.isArray(roles) ? roles.map(String) : [],
      issuedAt: milliseconds(iat),
      expiresAt: milliseconds(exp),
    };
  } catch {
    return undefined;
  }
}

const milliseconds = (seconds: unknown): number | undefined =>
  typeof seconds === 'number' ? seconds * 1000 : undefined;

function decode(base64url: string): string {
  const bytes = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
}
