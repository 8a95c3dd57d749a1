/** Who holds a lease does what only one instance may do. */
export interface LeaseHolder {
  /** @param token higher than that of whoever held it before: see `PublishOptions.token`; undefined: nobody else can hold it */
  onGained(token: number | undefined): void;
  /** Another instance may hold it from now on. */
  onLost(): void;
}

/** Something that at most one instance has at a time; it goes to another one when its holder stops or dies. */
export interface Lease {
  /** Takes part from now on. To be called once. */
  start(holder: LeaseHolder): void;
  /** Gives it up and takes part no longer; does not call `onLost`. */
  stop(): Promise<void>;
  /**
   * Whether it is held, for who acts on it: asks where that was not confirmed lately, as after a pause of the process.
   * While it cannot be asked it stays as it is.
   */
  confirm(): Promise<boolean>;
  /**
   * Asks for a token above one that is known elsewhere: a store may remember a higher one than a Redis that lost its memory
   * and whose clock went back. A holder gets it by another call of `onGained`.
   */
  exceed(token: number): void;
  /**
   * Another instance turned out to lead, since an event of the holder was refused: the holder loses the lease at once, also
   * while it cannot be asked. It is gained again, with a higher token, where nobody else has it.
   */
  forfeit(): void;
}

/** Of one process: gained at once. */
export const soleLease = (): Lease => ({
  start: (holder) => holder.onGained(undefined),
  stop: async () => {},
  confirm: async () => true,
  exceed: () => {},
  forfeit: () => {},
});
