import type { Bus } from '../bus/bus.ts';
import { TickroomError } from '../errors.ts';
import { CLUSTER_TOPIC, PresenceAnnouncer } from './presence-announcer.ts';
import { PresenceFollower } from './presence-follower.ts';
import { type Leave, LocalPresence } from './presence-local.ts';
import { parseClusterMessage } from './presence-messages.ts';
import { type Peer, PresencePeers } from './presence-peers.ts';
import type { PresenceChange, PresenceState } from './presence-state.ts';

/** Open scopes that are compared with the other instances at every heartbeat, in turn. */
const CHECKED_PER_BEAT = 8;

export interface PresenceOptions {
  readonly bus: Pick<Bus, 'announce' | 'listen'>;
  /** Unique to this start of this process: after a restart it is another one. */
  readonly instance: string;
  /** @default 5000 */
  readonly heartbeatMs?: number;
  /** An instance not heard for so long is dead; noticed with a heartbeat. @default 15000 */
  readonly expiryMs?: number;
  /** The users of an instance that stops count for so long, as they come to another one. @default 0 */
  readonly holdMs?: number;
  /** How long opening a scope waits for the other instances. @default 300 */
  readonly answerMs?: number;
  /** The bus failed: told once, until it works again. */
  readonly onError: (error: unknown) => void;
}

/** A scope that somebody holds open. */
export interface OpenedPresence {
  /** Shared by all who opened the scope, and changed in place. */
  readonly state: PresenceState;
  /** Lets go of it; calling it again does nothing. */
  close(): void;
}

/**
 * Who is connected in a scope, such as `room:<id>`, on all instances. Nothing is stored: each instance tells its own
 * changes to those who have the scope open, and whoever opens it asks all others. Changes are absolute and each names
 * the one it follows, so that whatever is lost on the way is noticed: at the next change, at the next heartbeat (which
 * is followed by the positions of scopes that changed), or in time by comparing open scopes in turn.
 *
 * When the bus is away, what happens here is seen here, and the others stay as they were last known.
 */
export class Presence implements AsyncDisposable {
  readonly #options: PresenceOptions;
  readonly #heartbeatMs: number;
  readonly #peers = new PresencePeers();
  readonly #local: LocalPresence;
  readonly #announcer: PresenceAnnouncer;
  readonly #followers = new Map<string, PresenceFollower>();
  /** opened by `online`, and kept until the next heartbeat for further questions */
  readonly #asked = new Map<string, OpenedPresence>();
  /** of instances that stop */
  readonly #leaving = new Set<NodeJS.Timeout>();
  /** scopes that changed and whose position was not told since */
  readonly #unpublished = new Set<string>();
  readonly #started: Promise<void>;
  readonly #timer: NodeJS.Timeout;
  #flushing: NodeJS.Immediate | undefined;
  #stop: (() => void) | undefined;
  #beats = 0;
  #beating = false;
  #disposed = false;

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.#heartbeatMs = options.heartbeatMs ?? 5000;
    this.#announcer = new PresenceAnnouncer(options.bus, options.onError);
    this.#local = new LocalPresence((scope, userId, connections) => {
      this.#followers.get(scope)?.state.set(options.instance, userId, connections);
      if (!this.#disposed) this.#flushing ??= setImmediate(() => this.#flush());
    });
    this.#started = this.#listen();
    this.#timer = setInterval(() => {
      this.#expire();
      void this.#beat();
    }, this.#heartbeatMs);
  }

  /** What is held now; all zero when everybody has left. */
  get size(): { scopes: number; open: number } {
    return { scopes: this.#local.size, open: this.#followers.size };
  }

  /**
   * A connection is in a scope, until it took every entry back. Others hear of it at the end of this turn of the loop.
   * @param connectionId unique to this instance; a connection has one user
   */
  enter(scope: string, userId: string, connectionId: string): Leave {
    return this.#local.enter(scope, userId, connectionId);
  }

  /**
   * Resolves with the state on all instances; with what is known when some do not answer in time or the bus is away,
   * and then the rest follows as changes.
   * @param onChange called with each change, the state being what it is after it; maybe before the promise resolves.
   *   Must not throw.
   * @throws TickroomError SERVICE_UNAVAILABLE when disposed meanwhile
   */
  async open(
    scope: string,
    onChange: (change: PresenceChange, state: PresenceState) => void,
  ): Promise<OpenedPresence> {
    if (this.#disposed) throw stopping();
    const follower = this.#follow(scope);
    follower.holders += 1;
    await follower.ready;
    if (follower.closed) throw stopping();
    const { state } = follower;
    const listener = (change: PresenceChange): void => onChange(change, state);
    follower.listeners.add(listener);
    return {
      state,
      close: () => {
        if (!follower.listeners.delete(listener)) return;
        follower.holders -= 1;
        if (follower.holders > 0) return;
        follower.close();
        this.#followers.delete(scope);
      },
    };
  }

  /**
   * Which of some users are connected in a scope, whether or not it is open here.
   * @throws TickroomError SERVICE_UNAVAILABLE when disposed meanwhile
   */
  async online(scope: string, userIds: Iterable<string>): Promise<ReadonlySet<string>> {
    const opened = await this.open(scope, () => {});
    const online = new Set<string>();
    for (const userId of userIds) if (opened.state.members.has(userId)) online.add(userId);
    if (this.#asked.has(scope)) opened.close();
    else this.#asked.set(scope, opened);
    return online;
  }

  /** Tells the others, whose subscribers see the connections of this instance leave at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    clearInterval(this.#timer);
    clearImmediate(this.#flushing);
    for (const follower of this.#followers.values()) follower.close();
    this.#followers.clear();
    this.#asked.clear();
    this.#local.dispose();
    for (const timer of this.#leaving) clearTimeout(timer);
    this.#stop?.();
    await this.#announcer.end(this.#options.instance);
  }

  #follow(scope: string): PresenceFollower {
    let follower = this.#followers.get(scope);
    if (follower) return follower;
    const { bus, instance, answerMs = 300 } = this.#options;
    follower = new PresenceFollower({
      scope,
      bus,
      instance,
      peers: this.#peers.all,
      started: this.#started,
      ask: (known) => this.#announcer.tell({ kind: 'ASK', instance, scope, known }),
      onHeard: (peer) => this.#hearFrom(peer),
      onError: (error) => this.#announcer.report(error),
      answerMs,
    });
    follower.state.replace(instance, this.#local.usersOf(scope));
    this.#followers.set(scope, follower);
    return follower;
  }

  async #listen(): Promise<void> {
    try {
      const stop = await this.#options.bus.listen(CLUSTER_TOPIC, (payload) => this.#hear(payload));
      if (this.#disposed) return stop();
      this.#stop = stop;
      await this.#tellAlive(this.#beats, true);
    } catch (error) {
      this.#announcer.report(error);
    }
  }

  #hear(payload: unknown): void {
    const message = parseClusterMessage(payload);
    if (!message || this.#disposed || message.instance === this.#options.instance) return;
    const { kind, instance } = message;
    if (kind === 'BYE') {
      this.#forgetLater(instance);
      return;
    }
    if (kind === 'ASK') {
      this.#hearFrom(instance);
      const known = message.known.find(([name]) => name === this.#options.instance);
      this.#answer(message.scope, known?.[1]);
      return;
    }
    const { beat } = message;
    const peer = this.#hearFrom(instance, message.scopes === 0);
    const missed = peer.beat !== undefined && beat > peer.beat + 1;
    peer.beat = beat;
    if (missed) for (const follower of this.#followers.values()) void follower.check();
    if (message.hello) void this.#tellAlive(this.#beats, false);
  }

  /** @param isEmpty it says that it has no connections */
  #hearFrom(instance: string, isEmpty = false): Peer {
    const { peer, isNew } = this.#peers.hear(instance);
    if (isNew) {
      for (const follower of this.#followers.values()) {
        if (isEmpty) follower.isEmpty(instance);
        void follower.mend();
      }
    }
    return peer;
  }

  /** Its users come to other instances now: until then they count. */
  #forgetLater(instance: string): void {
    const { holdMs = 0 } = this.#options;
    if (holdMs === 0) {
      this.#forget(instance);
      return;
    }
    const timer = setTimeout(() => {
      this.#leaving.delete(timer);
      this.#forget(instance);
    }, holdMs);
    this.#leaving.add(timer);
  }

  #forget(instance: string): void {
    if (!this.#peers.all.delete(instance)) return;
    for (const follower of this.#followers.values()) follower.forget(instance);
  }

  /** @param known the position that the asker has */
  #answer(scope: string, known: number | undefined): void {
    // a state is always that of a position
    this.#flush();
    const position = this.#local.positionOf(scope);
    if (position === known) return;
    const users = this.#local.usersOf(scope);
    void this.#announcer.tellScope(scope, {
      kind: 'STATE',
      instance: this.#options.instance,
      position,
      users,
    });
  }

  #flush(): void {
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
    const { instance } = this.#options;
    for (const { scope, after, position, users } of this.#local.takeChanges()) {
      this.#unpublished.add(scope);
      void this.#announcer.tellScope(scope, { kind: 'CHANGED', instance, after, position, users });
    }
  }

  #expire(): void {
    const { expiryMs = 15_000 } = this.#options;
    const dead = this.#peers.age(Math.ceil(expiryMs / this.#heartbeatMs), this.#announcer.isAway);
    for (const instance of dead) this.#forget(instance);
  }

  async #beat(): Promise<void> {
    if (this.#beating) return;
    this.#beating = true;
    for (const opened of this.#asked.values()) opened.close();
    this.#asked.clear();
    if (!this.#stop) await this.#listen();
    if (await this.#tellAlive(this.#beats + 1, false)) {
      this.#beats += 1;
      // what cannot listen is still away, although it is heard
      if (this.#stop) this.#announcer.recover();
      await this.#tellPositions();
      this.#checkSome();
    }
    this.#beating = false;
  }

  /** After the heartbeat: whoever misses a change, its position, and what was said between has missed the heartbeat too. */
  async #tellPositions(): Promise<void> {
    const { instance } = this.#options;
    const scopes = [...this.#unpublished];
    this.#unpublished.clear();
    const telling = scopes.map(async (scope) => {
      const position = this.#local.positionOf(scope);
      if (!(await this.#announcer.tellScope(scope, { kind: 'POSITION', instance, position })))
        this.#unpublished.add(scope);
    });
    await Promise.all(telling);
  }

  #checkSome(): void {
    for (const follower of this.#followers.values()) void follower.mend();
    let left = Math.min(CHECKED_PER_BEAT, this.#followers.size);
    for (const [scope, follower] of this.#followers) {
      if (left === 0) break;
      left -= 1;
      // to the end of the line
      this.#followers.delete(scope);
      this.#followers.set(scope, follower);
      void follower.check();
    }
  }

  #tellAlive(beat: number, hello: boolean): Promise<boolean> {
    const { instance } = this.#options;
    return this.#announcer.tell({ kind: 'ALIVE', instance, beat, scopes: this.#local.size, hello });
  }
}

function stopping(): TickroomError {
  return new TickroomError('SERVICE_UNAVAILABLE', 'This server is stopping: try again.');
}
