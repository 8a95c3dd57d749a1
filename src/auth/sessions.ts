import { TickroomError } from '../errors.ts';
import type { Viewer } from './viewer.ts';

/** A connection that somebody signed in on. */
export interface Session {
  /** The token has ended, and nothing came in its place: what it opened ends. */
  expired(error: TickroomError): void;
  /** An administrator ended it. */
  revoked(error: TickroomError): void;
}

const SWEEP_MS = 250;

export interface SessionsOptions {
  /** What a token opened goes on for so long after its end. */
  readonly graceMs: number;
  /** @throws TickroomError when the viewer was signed out */
  readonly check: (viewer: Viewer) => void;
}

/** Who is signed in on this instance, and until when. One timer serves all of them, however many they are. */
export class Sessions implements Disposable {
  readonly #graceMs: number;
  readonly #check: SessionsOptions['check'];
  readonly #byUser = new Map<string, Map<Session, Viewer>>();
  /** by the second in which they end */
  readonly #byEnd = new Map<number, Set<Session>>();
  readonly #timer: NodeJS.Timeout;
  #swept = 0;

  constructor({ graceMs, check }: SessionsOptions) {
    this.#graceMs = graceMs;
    this.#check = check;
    this.#timer = setInterval(() => this.#sweep(), SWEEP_MS);
  }

  /** Sessions now. */
  get size(): number {
    let size = 0;
    for (const sessions of this.#byUser.values()) size += sessions.size;
    return size;
  }

  /** Distinct users among them. */
  get users(): number {
    return this.#byUser.size;
  }

  /**
   * From now on the session has this token, in place of one of the same user that it may have had.
   * @throws TickroomError when its user was signed out while the token was checked
   */
  set(session: Session, viewer: Viewer): void {
    this.#check(viewer);
    const before = this.#byUser.get(viewer.id)?.get(session);
    if (before) this.#forgetEnd(session, before);
    const sessions = this.#byUser.get(viewer.id) ?? new Map<Session, Viewer>();
    this.#byUser.set(viewer.id, sessions.set(session, viewer));
    const end = this.#endOf(viewer);
    if (end === undefined) return;
    const ending = this.#byEnd.get(end) ?? new Set();
    this.#byEnd.set(end, ending.add(session));
  }

  delete(session: Session, { id }: Viewer): void {
    const sessions = this.#byUser.get(id);
    const viewer = sessions?.get(session);
    if (!sessions || !viewer) return;
    this.#forgetEnd(session, viewer);
    sessions.delete(session);
    if (sessions.size === 0) this.#byUser.delete(id);
  }

  /** Why nothing may be done any more as this viewer; undefined: it may. */
  refusal(viewer: Viewer | null): TickroomError | undefined {
    if (!viewer || viewer.expiresAt === null || Date.now() < viewer.expiresAt + this.#graceMs)
      return undefined;
    return expiry();
  }

  /** Ends the sessions of a user that `isOver` says are over. */
  revoke(userId: string, isOver: (viewer: Viewer) => boolean, error: TickroomError): void {
    for (const [session, viewer] of [...(this.#byUser.get(userId) ?? [])]) {
      if (isOver(viewer)) session.revoked(error);
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#byUser.clear();
    this.#byEnd.clear();
  }

  #endOf({ expiresAt }: Viewer): number | undefined {
    return expiresAt === null ? undefined : Math.ceil((expiresAt + this.#graceMs) / 1000);
  }

  #forgetEnd(session: Session, viewer: Viewer): void {
    const end = this.#endOf(viewer) ?? 0;
    const ending = this.#byEnd.get(end);
    ending?.delete(session);
    if (ending?.size === 0) this.#byEnd.delete(end);
  }

  #sweep(): void {
    const second = Math.floor(Date.now() / 1000);
    if (second === this.#swept) return;
    this.#swept = second;
    for (const [end, ending] of this.#byEnd) {
      if (end > second) continue;
      this.#byEnd.delete(end);
      for (const session of ending) session.expired(expiry());
    }
  }
}

const expiry = (): TickroomError =>
  new TickroomError(
    'AUTH_TOKEN_EXPIRED',
    'Your token has expired: get a new one, and send it in a ping ({"token": "…"}) or connect again.',
  );
