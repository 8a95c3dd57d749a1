/** Who holds a lease does what only one instance may do. */
export interface LeaseHolder {
  onGained(): void;
  /** Another instance may hold it from now on. */
  onLost(): void;
}

/** Something that at most one instance has at a time; it goes to another one when its holder stops or dies. */
export interface Lease {
  /** Takes part from now on. To be called once. */
  start(holder: LeaseHolder): void;
  /** Gives it up and takes part no longer; does not call `onLost`. */
  stop(): Promise<void>;
}

/** Of one process: gained at once. */
export const soleLease = (): Lease => ({
  start: (holder) => holder.onGained(),
  stop: async () => {},
});
