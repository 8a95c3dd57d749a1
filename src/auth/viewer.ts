/** What an account may do beyond its rooms. PUBLISHER: feeds. ADMIN: everything. */
export const ACCOUNT_ROLES = ['USER', 'PUBLISHER', 'ADMIN'] as const;
export type AccountRole = (typeof ACCOUNT_ROLES)[number];

/** Who is asking. */
export interface Viewer {
  readonly id: string;
  readonly roles: readonly AccountRole[];
  /** epoch ms; null: never */
  readonly expiresAt: number | null;
  /** when the token was made, epoch ms, to the second; undefined: it does not say */
  readonly issuedAt?: number | undefined;
}

/** ADMIN includes every role. */
export const hasRole = (viewer: Viewer, role: AccountRole): boolean =>
  viewer.roles.includes(role) || viewer.roles.includes('ADMIN');

/** The clock of a token's issuer may be ahead of this server's by so much. */
export const CLOCK_LEEWAY_MS = 60_000;
