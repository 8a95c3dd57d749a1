import { TickroomError } from '../../errors.ts';
import { backoffMs } from '../../primitives/backoff.ts';
import { Gathered } from '../../primitives/gathered.ts';
import { positionsIn } from '../positions/positions.ts';
import { type ClientOperation, keyOf } from './client-operation.ts';
import { LostSubscriptions } from './lost-subscriptions.ts';
import { Marks, positionsOf } from './marks.ts';
import type { FoundProgress, Progress, ProgressRef, ProgressStore } from './progress-store.ts';
import { idOf, ProgressWriter } from './progress-writer.ts';
import type { Found, KeptSubscription, TakenOver, Tracked } from './tracked.ts';

export interface ProgressKeeperOptions {
  readonly store: ProgressStore;
  /** Unique to this start of this process. */
  readonly session: string;
  /** Positions of a subscription are kept for so long after they were last written. @default one hour */
  readonly keepMs?: number;
  /** And so much longer it is known that there were some. @default 24 hours */
  readonly rememberMs?: number;
  /** The store was restored from an older state a short while ago: what it does not know may have been there. */
  readonly isRestored?: () => boolean;
  /** Tells other instances that a subscription goes on here; they `hearTakenOver`. @default there are none */
  readonly announce?: (takenOver: TakenOver) => Promise<void>;
  /** Something could not be read or written; writing is repeated. */
  readonly onError: (error: unknown) => void;
}

/** Each second, so many are looked at in turn: what changed is written, in case this process dies. */
const SAVE_EVERY_MS = 1000;
const SAVED_AT_ONCE = 1000;
const KEEP_MS = 3_600_000;
const REMEMBER_MS = 24 * 3_600_000;
const PRUNE_EVERY_MS = 60_000;
const PROBE = { firstMs: 200, maxMs: 3000 };

interface Live {
  readonly operation: ClientOperation;
  readonly ref: ProgressRef;
  readonly isSession: boolean;
  readonly identity: string;
  readonly writer: string;
  readonly kept: KeptSubscription;
  /** as written last, so that what did not change is not written again until it would be pruned */
  written: string;
  writtenAt: number;
}

/** Keeps where subscriptions are, and finds it again when their clients come back. All writing is behind and together. */
export class ProgressKeeper implements AsyncDisposable {
  readonly #options: ProgressKeeperOptions;
  readonly #live = new Map<string, Live>();
  /** of clients that identify themselves by nothing, by what is subscribed to */
  readonly #unnamed = new Map<string, Set<KeptSubscription>>();
  readonly #writer: ProgressWriter;
  readonly #finding: Gathered<ProgressRef, FoundProgress | undefined>;
  readonly #lost: LostSubscriptions;
  readonly #sweep: NodeJS.Timeout;
  readonly #keepMs: number;
  #subscriptions = 0;
  #prunedAt = Number.NEGATIVE_INFINITY;
  #back: Promise<void> | undefined;
  #disposed = false;

  constructor(options: ProgressKeeperOptions) {
    const { store, onError } = options;
    this.#options = options;
    this.#keepMs = options.keepMs ?? KEEP_MS;
    this.#writer = new ProgressWriter(store, options.session, onError);
    this.#finding = new Gathered((refs) => store.find(refs));
    this.#lost = new LostSubscriptions({ store, writer: this.#writer, session: options.session });
    this.#sweep = setInterval(() => this.#saveSome(), SAVE_EVERY_MS);
    this.#sweep.unref();
  }

  /**
   * Where a subscription was. One that still looks alive is taken over: it ends.
   * @param identity of what is subscribed to
   * @throws TickroomError SERVICE_UNAVAILABLE when that cannot be read at the moment
   */
  async find(operation: ClientOperation, identity: string): Promise<Found> {
    const { key, isSession } = keyOf(operation);
    const ref = { userId: operation.userId, key };
    if (isSession) return this.#findKey(ref, identity);
    const found = await this.#lost.find(operation, identity);
    if (found.kind !== 'FIRST') return found;
    // one that is there may be this client's, over a connection that is dead
    const others = [...(this.#unnamed.get(unnamedId(operation, identity)) ?? [])];
    const isUnknown = others.some(({ isDoubtful }) => isDoubtful());
    return isUnknown ? { kind: 'LOST', reason: 'SESSION_UNKNOWN' } : found;
  }

  /** Keeps the progress of a subscription from now on, until it is lost or finished. */
  track(operation: ClientOperation, identity: string, kept: KeptSubscription): Tracked {
    const { key, isSession } = keyOf(operation);
    const ref = { userId: operation.userId, key };
    const id = idOf(ref);
    this.#subscriptions += 1;
    const writer = `${this.#options.session}/${this.#subscriptions}`;
    const live: Live = {
      operation,
      ref,
      isSession,
      identity,
      writer,
      kept,
      written: '',
      writtenAt: 0,
    };
    this.#live.set(id, live);
    this.#put('begin', live);
    const forget = isSession ? undefined : this.#keepUnnamed(unnamedId(operation, identity), kept);
    const stop = (): boolean => {
      forget?.();
      return this.#live.get(id) === live && this.#live.delete(id);
    };
    const { member } = kept;
    const marks = new Marks(member);
    return {
      mark: () => marks.mark(),
      confirm: () => marks.confirm(),
      lose: (hasAll) => {
        if (hasAll && member.outbox.length === 0) {
          marks.mark();
          marks.confirm();
        }
        if (stop()) this.#lose(live);
      },
      finish: () => {
        if (stop()) this.#writer.put({ kind: 'forget', progress: { ...ref, writer } });
      },
    };
  }

  /** Another instance goes on with what may look alive here. */
  hearTakenOver({ userId, key, writer }: TakenOver): void {
    const live = this.#live.get(idOf({ userId, key }));
    if (live?.writer === writer) this.#takeOver(live);
  }

  /** Resolves when the store can be read again, or the keeper ends. Those who wait share the asking. */
  whenBack(): Promise<void> {
    this.#back ??= this.#probe().finally(() => {
      this.#back = undefined;
    });
    return this.#back;
  }

  /** What is held now. */
  get size(): number {
    return this.#live.size;
  }

  /** Writes what waits. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    clearInterval(this.#sweep);
    await this.#writer[Symbol.asyncDispose]();
  }

  async #findKey(ref: ProgressRef, identity: string): Promise<Found> {
    const live = this.#live.get(idOf(ref));
    if (live) {
      const progress = progressOf(live, false);
      // its old connection is not known to be gone
      if (live.identity === identity) this.#takeOver(live);
      return foundIn({ ...progress, isGone: false }, identity);
    }
    const write = this.#writer.waiting(idOf(ref));
    if (write) {
      return write.kind === 'forget'
        ? { kind: 'FIRST' }
        : foundIn({ ...write.progress, isGone: false }, identity);
    }
    const stored = await this.#finding.ask(ref);
    if (!stored) {
      const isForgotten = this.#options.isRestored?.() ?? false;
      return isForgotten ? { kind: 'LOST', reason: 'EPOCH_CHANGED' } : { kind: 'FIRST' };
    }
    const found = foundIn(stored, identity);
    if (found.kind === 'RESUME' && !stored.isLost) {
      const { announce, onError } = this.#options;
      announce?.({ ...ref, writer: stored.writer }).catch(onError);
    }
    return found;
  }

  #keepUnnamed(id: string, kept: KeptSubscription): () => void {
    this.#lost.begun();
    const all = this.#unnamed.get(id) ?? new Set();
    this.#unnamed.set(id, all.add(kept));
    return () => {
      all.delete(kept);
      if (all.size === 0 && this.#unnamed.get(id) === all) this.#unnamed.delete(id);
    };
  }

  #takeOver(live: Live): void {
    this.#live.delete(idOf(live.ref));
    this.#lose(live);
    live.kept.onTakenOver();
  }

  #lose(live: Live): void {
    this.#put('update', live, true);
    this.#writer.hurry();
  }

  #saveSome(): void {
    const some = Math.min(SAVED_AT_ONCE, this.#live.size);
    for (const [id, live] of [...take(this.#live, some)]) {
      this.#put('update', live);
      // to the end of the row
      this.#live.delete(id);
      this.#live.set(id, live);
    }
    const { store, session, rememberMs = REMEMBER_MS, onError } = this.#options;
    if (this.#lost.isUsed) store.beat(session).catch(onError);
    const now = performance.now();
    if (now - this.#prunedAt < PRUNE_EVERY_MS) return;
    this.#prunedAt = now;
    store.prune(this.#keepMs, rememberMs).catch(onError);
  }

  #put(kind: 'begin' | 'update', live: Live, isLost = false): void {
    const progress = progressOf(live, isLost);
    const text = JSON.stringify([progress.positions, progress.token, isLost]);
    const now = performance.now();
    const isOld = now - live.writtenAt > this.#keepMs / 2;
    if (kind === 'update' && text === live.written && !isOld) return;
    live.written = text;
    live.writtenAt = now;
    this.#writer.put({ kind, progress });
  }

  async #probe(): Promise<void> {
    for (let failures = 1; !this.#disposed; failures += 1) {
      const pauseMs = backoffMs(failures, PROBE);
      await new Promise((resolve) => setTimeout(resolve, pauseMs).unref());
      try {
        await this.#options.store.find([]);
        return;
      } catch (error) {
        if (!isAway(error)) throw error;
      }
    }
  }
}

const unnamedId = ({ userId, operationId }: ClientOperation, identity: string): string =>
  JSON.stringify([userId, operationId, identity]);

/** Whether something failed because what is stored cannot be reached. */
export const isAway = (error: unknown): boolean =>
  error instanceof TickroomError && error.code === 'SERVICE_UNAVAILABLE';

function foundIn({ identity, positions, isGone, isLost }: FoundProgress, asked: string): Found {
  if (identity !== asked) return { kind: 'FIRST' };
  if (isGone) return { kind: 'LOST', reason: 'HISTORY_GONE' };
  return { kind: 'RESUME', positions: positionsIn(positions), isLost };
}

const progressOf = (
  { operation, ref, isSession, identity, writer, kept }: Live,
  isLost: boolean,
): Progress => ({
  ...ref,
  identity,
  positions: positionsOf(kept.member),
  writer,
  matchId: isSession ? null : operation.operationId,
  token: operation.connection.token,
  isLost,
});

function* take<T>(all: Iterable<T>, count: number): Iterable<T> {
  let left = count;
  for (const one of all) {
    if (left === 0) return;
    left -= 1;
    yield one;
  }
}
