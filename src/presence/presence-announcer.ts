import type { Bus } from '../bus/bus.ts';
import { scopeTopic } from './presence-follower.ts';
import type { ClusterMessage, ScopeMessage } from './presence-messages.ts';

/** Where instances say that they live, and ask each other. */
export const CLUSTER_TOPIC = 'presence';

/** Tells other instances, and says once per outage that it cannot. Never throws. */
export class PresenceAnnouncer {
  readonly #bus: Pick<Bus, 'announce'>;
  readonly #onError: (error: unknown) => void;
  #away = false;
  #ended = false;

  constructor(bus: Pick<Bus, 'announce'>, onError: (error: unknown) => void) {
    this.#bus = bus;
    this.#onError = onError;
  }

  /** The bus failed and did not work again since: silence says nothing about the others. */
  get isAway(): boolean {
    return this.#away;
  }

  /** @returns whether the bus took it */
  tell(message: ClusterMessage): Promise<boolean> {
    return this.#announce(CLUSTER_TOPIC, message);
  }

  /** Says that this instance is gone, and nothing after it: whatever followed would bring it back to life. */
  async end(instance: string): Promise<void> {
    if (this.#ended) return;
    const told = this.tell({ kind: 'BYE', instance });
    this.#ended = true;
    await told;
  }

  /** @returns whether the bus took it */
  tellScope(scope: string, message: ScopeMessage): Promise<boolean> {
    return this.#announce(scopeTopic(scope), message);
  }

  report(error: unknown): void {
    if (this.#away || this.#ended) return;
    this.#away = true;
    this.#onError(error);
  }

  /** The bus has worked. */
  recover(): void {
    this.#away = false;
  }

  async #announce(topic: string, message: object): Promise<boolean> {
    if (this.#ended) return false;
    try {
      await this.#bus.announce(topic, message);
      return true;
    } catch (error) {
      this.report(error);
      return false;
    }
  }
}
