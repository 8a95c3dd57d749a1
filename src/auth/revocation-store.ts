/** Tokens of a user that were made before a moment are no longer taken. */
export interface Revocation {
  readonly userId: string;
  /** epoch ms */
  readonly notBefore: number;
}

/** Keeps revocations. Every call fails with SERVICE_UNAVAILABLE while the database is away. */
export interface RevocationStore {
  /** Of several of a user the latest counts. */
  add(revocation: Revocation): Promise<void>;
  /** All there are, one a user. */
  all(): Promise<readonly Revocation[]>;
}
