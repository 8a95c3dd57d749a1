import type { Bus } from '../bus/bus.ts';
import { parseScopeMessage, type ScopeMessage } from './presence-messages.ts';
import { MergedPresence, type PresenceChange } from './presence-state.ts';

export const scopeTopic = (scope: string): string => `presence:${scope}`;

export interface FollowerOptions {
  readonly scope: string;
  readonly bus: Pick<Bus, 'listen'>;
  /** this instance, whose own messages it does not hear */
  readonly instance: string;
  /** the other instances that are alive; any object that has their names as keys */
  readonly peers: ReadonlyMap<string, unknown>;
  /** Resolves when the peers may be known. Never rejects. */
  readonly started: Promise<void>;
  /** Asks those peers for their state whose position is not among the known. Resolves false when it cannot be asked. */
  readonly ask: (known: (readonly [instance: string, position: number])[]) => Promise<boolean>;
  /** An instance has shown that it is alive. */
  readonly onHeard: (instance: string) => void;
  readonly onError: (error: unknown) => void;
  /** How long it waits for answers, ms. */
  readonly answerMs: number;
}

/** Keeps one scope's state equal to what all instances have there, for as long as it is open. */
export class PresenceFollower {
  readonly state: MergedPresence;
  /** Called with each change after `ready`. Must not throw. */
  readonly listeners = new Set<(change: PresenceChange) => void>();
  /** Resolves when all peers have answered, or none can be asked, or the time is over. Never rejects. */
  readonly ready: Promise<void>;
  holders = 0;
  closed = false;
  readonly #options: FollowerOptions;
  /** Where each peer's state is known to be. A peer that is not here has been asked and has not answered yet. */
  readonly #positions = new Map<string, number>();
  #stop: (() => void) | undefined;
  #connecting = false;
  #becomeReady = (): void => {};
  readonly #timer: NodeJS.Timeout;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.state = new MergedPresence((change) => {
      for (const listener of this.listeners) listener(change);
    });
    this.ready = new Promise((resolve) => {
      this.#becomeReady = resolve;
    });
    this.#timer = setTimeout(() => this.#becomeReady(), options.answerMs);
    void this.#connect();
  }

  /** Tries again what did not work until now: to listen, and to get each peer's state. */
  async mend(): Promise<void> {
    if (!this.#stop) await this.#connect();
    else if (!this.#isSettled()) await this.check();
  }

  /** Asks the peers whether their states are what is known here; those whose are not answer. */
  async check(): Promise<void> {
    if (!this.#stop || this.#options.peers.size === 0) return;
    if (!(await this.#options.ask([...this.#positions]))) this.#settle();
  }

  /** A peer that nothing was known of has no connections at all. */
  isEmpty(instance: string): void {
    if (!this.#positions.has(instance)) this.#positions.set(instance, 0);
  }

  /** A peer is gone, and so are its connections. */
  forget(instance: string): void {
    this.#positions.delete(instance);
    this.state.replace(instance, []);
    if (this.#isSettled()) this.#settle();
  }

  /** Ends the listening, also one that is still on its way. */
  close(): void {
    this.closed = true;
    this.#stop?.();
    this.listeners.clear();
    this.#settle();
  }

  async #connect(): Promise<void> {
    if (this.#connecting) return;
    this.#connecting = true;
    const { bus, scope, started, onError } = this.#options;
    try {
      await started;
      if (this.closed) return;
      const stop = await bus.listen(scopeTopic(scope), (payload) => this.#hear(payload));
      if (this.closed) stop();
      else this.#stop = stop;
      await this.check();
      if (this.#isSettled()) this.#settle();
    } catch (error) {
      onError(error);
      this.#settle();
    } finally {
      this.#connecting = false;
    }
  }

  #hear(payload: unknown): void {
    const message = parseScopeMessage(payload);
    if (!message || this.closed || message.instance === this.#options.instance) return;
    this.#take(message);
    this.#options.onHeard(message.instance);
    if (this.#isSettled()) this.#settle();
  }

  #take(message: ScopeMessage): void {
    const { kind, instance, position } = message;
    const known = this.#positions.get(instance);
    if (kind === 'STATE' || (kind === 'CHANGED' && message.after === 0)) {
      this.state.replace(instance, message.users);
    } else if (kind === 'CHANGED' && message.after === known) {
      for (const [userId, connections] of message.users) this.state.set(instance, userId, connections);
    } else {
      if (known !== undefined && known !== position) this.#lose(instance);
      return;
    }
    this.#positions.set(instance, position);
  }

  /** Something was not heard: what the peer has is asked anew, and shown as it was until then. */
  #lose(instance: string): void {
    this.#positions.delete(instance);
    void this.check();
  }

  #isSettled(): boolean {
    for (const instance of this.#options.peers.keys()) if (!this.#positions.has(instance)) return false;
    return true;
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#becomeReady();
  }
}
