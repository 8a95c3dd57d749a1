import type { Bus } from '../bus/bus.ts';
import { TickroomError } from '../errors.ts';
import { Recheck } from '../primitives/recheck.ts';
import type { Revocation, RevocationStore } from './revocation-store.ts';
import type { Sessions } from './sessions.ts';
import type { Viewer } from './viewer.ts';

export interface RevocationsOptions {
  readonly bus: Pick<Bus, 'listen' | 'announce' | 'onChange'>;
  readonly store: RevocationStore;
  readonly sessions: Pick<Sessions, 'revoke'>;
  /** Others could not be told, or the store not be asked; both are made up for. */
  readonly onError: (error: unknown) => void;
}

const TOPIC = 'revocations';
/** Announced where revocations may have been missed: everybody reads them again. */
const RECHECK = { kind: 'recheck' } as const;
/** Users whose tokens are ahead of the clock are kept up to so many, the newest. */
const MAX_AHEAD = 10_000;

/**
 * Whose tokens are no longer taken, on all instances. They are all held in memory, so that nobody waits for the database
 * to sign in: one entry for each user that an administrator ever signed out. When the bus was away, what was missed is
 * read from the store.
 */
export class Revocations implements Disposable {
  readonly #options: RevocationsOptions;
  readonly #notBefore = new Map<string, number>();
  /** of users whose tokens say that they were made later than now: the latest such moment, until it has passed */
  readonly #ahead = new Map<string, number>();
  readonly #stops: (() => void)[] = [];
  readonly #recheck: Recheck;

  private constructor(options: RevocationsOptions) {
    this.#options = options;
    this.#recheck = new Recheck({ check: () => this.#readAll(), onError: options.onError });
  }

  /** @throws TickroomError SERVICE_UNAVAILABLE when the store cannot be read */
  static async start(options: RevocationsOptions): Promise<Revocations> {
    const revocations = new Revocations(options);
    const { bus, onError } = options;
    revocations.#stops.push(
      // heard before it is read, so that none falls between
      await bus.listen(TOPIC, (payload) => revocations.#hear(payload)),
      bus.onChange((isConnected) => {
        // the others have not heard of this instance's either
        if (isConnected) bus.announce(TOPIC, RECHECK).catch(onError);
      }),
    );
    await revocations.#readAll();
    return revocations;
  }

  /** @throws TickroomError AUTH_FAILED when the token was made before its user was signed out */
  check(viewer: Viewer): void {
    if (this.#isOver(viewer)) throw signedOut();
    const { id, issuedAt = 0 } = viewer;
    if (issuedAt > Date.now()) this.#noteAhead(id, issuedAt);
  }

  /**
   * Ends what a user has open, everywhere and at once, and refuses tokens made before now. A token says the second it
   * was made in: one of this same second is refused too. Where the clock of the issuer is ahead, so are the tokens that were seen
   * here: they are refused too.
   * @throws TickroomError SERVICE_UNAVAILABLE: nothing was done
   */
  async revoke(userId: string): Promise<void> {
    const revocation: Revocation = { userId, notBefore: this.#after(userId, Date.now()) };
    await this.#options.store.add(revocation);
    this.#apply(revocation);
    // stored: who does not hear of it reads it when the bus is back
    this.#options.bus.announce(TOPIC, { ...revocation }).catch(this.#options.onError);
  }

  [Symbol.dispose](): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#recheck[Symbol.dispose]();
  }

  #isOver({ id, issuedAt = Number.NEGATIVE_INFINITY }: Viewer): boolean {
    const notBefore = this.#notBefore.get(id);
    return notBefore !== undefined && issuedAt < notBefore;
  }

  #noteAhead(userId: string, issuedAt: number): void {
    const now = Date.now();
    for (const [id, at] of this.#ahead) {
      if (at > now && this.#ahead.size < MAX_AHEAD) break;
      this.#ahead.delete(id);
    }
    const at = Math.max(issuedAt, this.#ahead.get(userId) ?? 0);
    this.#ahead.delete(userId);
    this.#ahead.set(userId, at);
  }

  /** The first moment that no token of the user which was seen here claims to be of. */
  #after(userId: string, moment: number): number {
    return Math.max(moment, (this.#ahead.get(userId) ?? 0) + 1);
  }

  #hear(payload: unknown): void {
    const { kind, userId, notBefore } = payload as Record<string, unknown>;
    if (kind === RECHECK.kind) this.#recheck.request();
    else if (typeof userId === 'string' && typeof notBefore === 'number') this.#apply({ userId, notBefore });
  }

  #apply({ userId, notBefore: told }: Revocation): void {
    const before = this.#notBefore.get(userId) ?? 0;
    // one that was applied already says nothing of the tokens that came since
    const notBefore = told > before ? this.#after(userId, told) : told;
    if ((this.#notBefore.get(userId) ?? 0) >= notBefore) return;
    this.#notBefore.set(userId, notBefore);
    this.#options.sessions.revoke(userId, (viewer) => this.#isOver(viewer), signedOut());
  }

  async #readAll(): Promise<void> {
    for (const revocation of await this.#options.store.all()) this.#apply(revocation);
  }
}

const signedOut = (): TickroomError =>
  new TickroomError('AUTH_FAILED', 'You were signed out by an administrator: sign in again for a new token.');
