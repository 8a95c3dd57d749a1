import { confirmedPosition, confirmPosition, writtenPosition } from './confirmed.ts';
import type { Member } from './member.ts';
import type { Progress, ProgressRef, ProgressStore } from './progress-store.ts';
import type { TopicPosition } from './resume.ts';

export interface ProgressKeeperOptions {
  readonly store: ProgressStore;
  /** Unique to this start of this process. */
  readonly session: string;
  /** Progress of a subscription is found for so long after it was last written. @default one hour */
  readonly keepMs?: number;
  /** Something could not be read or written; writing is repeated. */
  readonly onError: (error: unknown) => void;
}

/** One subscription whose progress is kept. */
export interface Tracked {
  /** Everything handed out so far is on its way to the peer. */
  mark(): void;
  /** The peer has everything up to the mark. */
  confirm(): void;
  /** The connection is gone: its client may come back. @param hasAll it is known to have all that was written */
  lose(hasAll: boolean): void;
  /** It is over. */
  finish(): void;
}

const WRITE_AFTER_MS = 200;
const TRY_AGAIN_MS = 1000;
const MOST_AT_ONCE = 1000;
const MOST_WAITING = 100_000;
/** Each second, so many are looked at in turn: what changed is written, in case this process dies. */
const SAVE_EVERY_MS = 1000;
const SAVED_AT_ONCE = 1000;
const KEEP_MS = 3_600_000;
const PRUNE_EVERY_MS = 60_000;

const keyOf = ({ userId, operationId }: ProgressRef): string => JSON.stringify([userId, operationId]);

interface Live {
  readonly ref: ProgressRef;
  readonly identity: string;
  readonly member: Member;
  /** as written last, so that what did not change is not written again until it would be pruned */
  written: string;
  writtenAt: number;
}

interface Wanted {
  readonly ref: ProgressRef;
  readonly resolve: (progress: Progress | undefined) => void;
}

type Write =
  | { readonly kind: 'begin' | 'update'; readonly progress: Progress }
  | { readonly kind: 'forget'; readonly progress: ProgressRef };

/** Keeps where subscriptions are, and finds it again when their clients come back. All writing is behind and together. */
export class ProgressKeeper implements AsyncDisposable {
  readonly #options: ProgressKeeperOptions;
  readonly #live = new Map<string, Live>();
  #writes = new Map<string, Write>();
  #wanted: Wanted[] = [];
  #reading: Promise<void> | undefined;
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #sweep: NodeJS.Timeout;
  readonly #keepMs: number;
  #prunedAt = 0;

  constructor(options: ProgressKeeperOptions) {
    this.#options = options;
    this.#keepMs = options.keepMs ?? KEEP_MS;
    this.#sweep = setInterval(() => this.#saveSome(), SAVE_EVERY_MS);
    this.#sweep.unref();
  }

  /** Where a subscription was; undefined when it is not known, or cannot be read at the moment. Never rejects. */
  find(ref: ProgressRef): Promise<Progress | undefined> {
    // its old connection may not be known to be gone
    const live = this.#live.get(keyOf(ref));
    if (live) return Promise.resolve(progressOf(live));
    const write = this.#writes.get(keyOf(ref));
    if (write) return Promise.resolve(write.kind === 'forget' ? undefined : write.progress);
    return new Promise((resolve) => {
      this.#wanted.push({ ref, resolve });
      this.#reading ??= this.#readAll();
    });
  }

  /** Keeps the progress of a member from now on, until it is lost or finished. */
  track(ref: ProgressRef, identity: string, member: Member): Tracked {
    const key = keyOf(ref);
    const live: Live = { ref, identity, member, written: '', writtenAt: 0 };
    this.#live.set(key, live);
    this.#put('begin', live);
    const stop = (): boolean => this.#live.get(key) === live && this.#live.delete(key);
    let marks: readonly TopicPosition[] = [];
    const mark = (): void => {
      // what its first frame has to tell was not written yet: until it is, its client must find it where it was
      const isKept = keepsPosition(member) && !member.resume;
      marks = isKept ? member.links.map(writtenPosition) : [];
    };
    const confirm = (): void => {
      for (const [i, position] of marks.entries()) {
        const link = member.links[i];
        if (link) confirmPosition(link, position);
      }
      marks = [];
    };
    return {
      mark,
      confirm,
      lose: (hasAll) => {
        if (hasAll && member.outbox.length === 0) {
          mark();
          confirm();
        }
        if (stop()) this.#put('update', live);
        this.#writeIn(0);
      },
      finish: () => {
        if (!stop()) return;
        // not even begun at the store: then there is nothing to forget
        if (this.#writes.get(key)?.kind === 'begin' && !this.#writing) this.#writes.delete(key);
        else this.#writes.set(key, { kind: 'forget', progress: ref });
      },
    };
  }

  /** What is held now. */
  get size(): number {
    return this.#live.size;
  }

  /** Writes what waits. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweep);
    clearTimeout(this.#timer);
    await this.#writing;
    await this.#write().catch(this.#options.onError);
  }

  #saveSome(): void {
    const some = Math.min(SAVED_AT_ONCE, this.#live.size);
    for (const [key, live] of [...take(this.#live, some)]) {
      this.#put('update', live);
      // to the end of the row
      this.#live.delete(key);
      this.#live.set(key, live);
    }
    const now = Date.now();
    if (now - this.#prunedAt < PRUNE_EVERY_MS) return;
    this.#prunedAt = now;
    this.#options.store.prune(now - this.#keepMs).catch(this.#options.onError);
  }

  #put(kind: 'begin' | 'update', live: Live): void {
    const progress = progressOf(live);
    const text = JSON.stringify(progress.positions);
    const now = Date.now();
    const isOld = now - live.writtenAt > this.#keepMs / 2;
    if (kind === 'update' && text === live.written && !isOld) return;
    live.written = text;
    live.writtenAt = now;
    const key = keyOf(live.ref);
    const waiting = this.#writes.get(key);
    this.#writes.set(key, { kind: waiting?.kind === 'begin' ? 'begin' : kind, progress });
    const [oldest] = this.#writes.keys();
    if (this.#writes.size > MOST_WAITING && oldest !== undefined) this.#writes.delete(oldest);
    this.#timer ??= setTimeout(() => this.#writeIn(0), WRITE_AFTER_MS);
  }

  #writeIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      // what comes meanwhile is written with the next
      this.#writing ??= this.#write().then(
        () => this.#written(WRITE_AFTER_MS),
        (error: unknown) => {
          this.#options.onError(error);
          this.#written(TRY_AGAIN_MS);
        },
      );
    }, ms);
  }

  #written(pauseMs: number): void {
    this.#writing = undefined;
    if (this.#writes.size > 0) this.#writeIn(pauseMs);
  }

  async #write(): Promise<void> {
    const { store, session } = this.#options;
    while (this.#writes.size > 0) {
      const some = [...this.#writes].slice(0, MOST_AT_ONCE);
      const of = (kind: 'begin' | 'update') =>
        some.flatMap(([, write]) => (write.kind === kind ? [write.progress] : []));
      const forgotten = some.flatMap(([, { kind, progress }]) => (kind === 'forget' ? [progress] : []));
      const at = Date.now();
      if (of('begin').length > 0) await store.begin(session, of('begin'), at);
      if (of('update').length > 0) await store.update(session, of('update'), at);
      if (forgotten.length > 0) await store.forget(session, forgotten);
      for (const [key, write] of some) if (this.#writes.get(key) === write) this.#writes.delete(key);
    }
  }

  /** One read at a time, so that those who come meanwhile are the next one together. */
  async #readAll(): Promise<void> {
    // those of one turn are one
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#wanted.length > 0) await this.#read(this.#wanted.splice(0, MOST_AT_ONCE));
    this.#reading = undefined;
  }

  async #read(wanted: readonly Wanted[]): Promise<void> {
    let found: readonly (Progress | undefined)[] = [];
    try {
      found = await this.#options.store.find(wanted.map(({ ref }) => ref));
    } catch (error) {
      this.#options.onError(error);
    }
    for (const [i, { resolve }] of wanted.entries()) resolve(found[i]);
  }
}

const progressOf = ({ ref, identity, member }: Live): Progress => ({
  ...ref,
  identity,
  positions: positionsOf(member),
});

const keepsPosition = ({ group }: Member): boolean =>
  group.rules.policy === 'REPLAY' || group.rules.policy === 'EVERY';

/** What the peer is known to have, so that nothing is left out: what is sent again is known by its sequence. */
function positionsOf(member: Member): Progress['positions'] {
  if (!keepsPosition(member)) return {};
  return Object.fromEntries(
    member.links.map((link) => {
      const { epoch, sequence } = confirmedPosition(link);
      return [link.channel.name, [epoch, sequence]];
    }),
  );
}

function* take<T>(all: Iterable<T>, count: number): Iterable<T> {
  let left = count;
  for (const one of all) {
    if (left === 0) return;
    left -= 1;
    yield one;
  }
}
