import type { Viewer } from '../auth/viewer.ts';
import type { TickroomError } from '../errors.ts';
import { isOwnMachine, networkOf } from './address.ts';
import { Allowance } from './allowance.ts';
import { CostBudget } from './cost-budget.ts';
import { HeldSelections } from './held-selections.ts';
import type { LimitSettings } from './limit-settings.ts';
import { rateLimited } from './rate-limited.ts';
import type { SharedCount } from './shared-count.ts';
import { Tally } from './tally.ts';
import { WindowLimit } from './window-limit.ts';

export interface LimitsOptions {
  readonly settings: LimitSettings;
  /** @returns a count that all instances share; undefined: there is only this one */
  readonly share: (name: string, most: number) => SharedCount | undefined;
  readonly onError: (error: unknown) => void;
}

/** Who wants something. */
export interface Source {
  readonly viewer: Viewer | null;
  readonly address: string;
}

/** What its operations are counted against. */
export interface CountedConnection {
  allowance: Allowance | undefined;
}

/** When it is worth looking whether there is space again. */
const SPACE_MS = 5000;

/**
 * How much anybody may do, one place for all transports. Refusals are RATE_LIMIT_EXCEEDED with `retryAfterMs`. Nothing
 * here waits, and deliveries are not counted.
 */
export class Limits {
  readonly #settings: LimitSettings;
  readonly #operationsOfUser: WindowLimit | undefined;
  readonly #operationsOfAddress: WindowLimit | undefined;
  readonly #publications: WindowLimit | undefined;
  readonly #connects: WindowLimit | undefined;
  readonly #failures: WindowLimit | undefined;
  readonly #passwords: WindowLimit | undefined;
  readonly #connectionsOfUser: Tally;
  readonly #connectionsOfAddress: Tally;
  readonly #subscriptionsOfUser: Tally;
  readonly #costs: CostBudget;
  readonly #costsOfConnection = new WeakMap<object, Allowance>();
  /** Distinct selections of subscriptions. */
  readonly selections: HeldSelections;

  constructor({ settings, share, onError }: LimitsOptions) {
    this.#settings = settings;
    const rate = (name: string, most: number): WindowLimit | undefined =>
      most > 0 ? new WindowLimit({ most, shared: share(name, most), onError }) : undefined;
    this.#operationsOfUser = rate('user', settings.operationsPerUser);
    this.#operationsOfAddress = rate('address', settings.operationsPerAddress);
    this.#publications = rate('publisher', settings.publicationsPerUser);
    this.#connects = rate('connect', settings.connectsPerAddress);
    this.#failures = rate('failure', settings.failuresPerAddress);
    this.#passwords = rate('password', settings.passwordsPerRoom);
    this.#connectionsOfUser = new Tally(settings.connectionsPerUser);
    this.#connectionsOfAddress = new Tally(settings.connectionsPerAddress);
    this.#subscriptionsOfUser = new Tally(settings.subscriptionsPerUser);
    this.#costs = new CostBudget(settings.costPerUser);
    this.selections = new HeldSelections({
      maxSelections: settings.selectionsPerUser,
      maxCost: settings.subscriptionCostPerUser,
    });
  }

  /** What is counted now; all zero when everybody has left. */
  get size(): { connections: number; subscriptions: number } {
    return {
      connections: this.#connectionsOfUser.size + this.#connectionsOfAddress.size,
      subscriptions: this.#subscriptionsOfUser.size,
    };
  }

  /**
   * Lets one operation in.
   * @param connection it came by; undefined: it is not known which, as behind a proxy
   * @returns why not
   */
  operation(
    { viewer, address }: Source,
    connection: CountedConnection | undefined,
  ): TickroomError | undefined {
    return (
      this.#ofConnection(connection) ??
      (viewer ? taken(this.#operationsOfUser, viewer.id, 'operations of yours') : undefined) ??
      this.#ofAddress(this.#operationsOfAddress, address, 'operations from your address')
    );
  }

  /**
   * Lets an operation spend what it costs.
   * @param cost see `Measures.cost`
   * @param connection it came by, where it is known
   * @returns why not
   */
  cost({ viewer, address }: Source, cost: number, connection: object | undefined): TickroomError | undefined {
    const most = this.#settings.costPerUser;
    if (most === 0) return undefined;
    const refusal = (waitMs: number, whose: string): TickroomError | undefined =>
      waitMs === 0 ? undefined : rateLimited(`expensive operations ${whose}`, waitMs);
    if (viewer) return refusal(this.#costs.take(`user ${viewer.id}`, cost), 'of yours');
    if (connection) {
      const allowance = this.#costsOfConnection.get(connection) ?? new Allowance(most);
      this.#costsOfConnection.set(connection, allowance);
      const refused = refusal(allowance.take(most, cost), 'on this connection');
      if (refused) return refused;
    }
    if (isOwnMachine(address)) return undefined;
    return refusal(this.#costs.take(`address ${networkOf(address)}`, cost), 'from your address');
  }

  /** How many frames a WebSocket may send in 10 s. Who publishes sends a message for each mutation. */
  framesOf(viewer: Viewer | null): { readonly messages: number; readonly others: number } {
    const { messagesPerConnection, publicationsPerUser, controlFramesPerConnection } = this.#settings;
    const isPublisher = viewer?.roles.includes('PUBLISHER') || viewer?.roles.includes('ADMIN');
    const isUnlimited = messagesPerConnection === 0 || (isPublisher && publicationsPerUser === 0);
    const more = isPublisher ? publicationsPerUser : 0;
    return { messages: isUnlimited ? 0 : messagesPerConnection + more, others: controlFramesPerConnection };
  }

  /**
   * Lets one publishing mutation in, which no other rate counts.
   * @returns why not
   */
  publication(publisher: Viewer): TickroomError | undefined {
    return taken(this.#publications, publisher.id, 'publications of yours');
  }

  /**
   * Lets a user try one password at a room.
   * @returns why not
   */
  password({ id }: Viewer, roomId: string): TickroomError | undefined {
    return taken(this.#passwords, `${roomId} ${id}`, 'passwords tried at this room');
  }

  /** Counts a token that was refused, or a connection that broke the protocol. */
  failed(address: string): void {
    if (!isOwnMachine(address)) this.#failures?.take(networkOf(address));
  }

  /**
   * Lets a token be looked at.
   * @returns why not
   */
  attempt(address: string): TickroomError | undefined {
    if (isOwnMachine(address)) return undefined;
    const waitMs = this.#failures?.waitMs(networkOf(address)) ?? 0;
    return waitMs === 0 ? undefined : rateLimited('failures from your address', waitMs);
  }

  /**
   * Lets a WebSocket or event stream in, and counts it until it is gone.
   * @throws TickroomError
   */
  connect(address: string): () => void {
    const refusal =
      this.attempt(address) ?? this.#ofAddress(this.#connects, address, 'new connections from your address');
    if (refusal) throw refusal;
    if (isOwnMachine(address)) return () => {};
    return held(this.#connectionsOfAddress, networkOf(address), 'open connections from your address');
  }

  /**
   * Counts a connection as its user's until it is gone.
   * @throws TickroomError
   */
  signIn({ id }: Viewer): () => void {
    return held(this.#connectionsOfUser, id, 'open connections of yours: close another one, or');
  }

  /**
   * Counts a subscription until it closes.
   * @param ofConnection how many its connection has with it
   * @returns undefined: there is nothing to count
   * @throws TickroomError
   */
  subscription(viewer: Viewer | null, ofConnection: number): (() => void) | undefined {
    const most = this.#settings.subscriptionsPerConnection;
    if (most > 0 && ofConnection > most) {
      throw rateLimited('subscriptions on this connection: end another one, or', SPACE_MS);
    }
    if (!viewer) return undefined;
    return held(this.#subscriptionsOfUser, viewer.id, 'subscriptions of yours: end another one, or');
  }

  #ofConnection(connection: CountedConnection | undefined): TickroomError | undefined {
    const most = this.#settings.operationsPerConnection;
    if (!connection || most === 0) return undefined;
    connection.allowance ??= new Allowance(most);
    const waitMs = connection.allowance.take(most);
    return waitMs === 0 ? undefined : rateLimited('operations on this connection', waitMs);
  }

  #ofAddress(limit: WindowLimit | undefined, address: string, what: string): TickroomError | undefined {
    return isOwnMachine(address) ? undefined : taken(limit, networkOf(address), what);
  }
}

function taken(limit: WindowLimit | undefined, key: string, what: string): TickroomError | undefined {
  const waitMs = limit?.take(key) ?? 0;
  return waitMs === 0 ? undefined : rateLimited(what, waitMs);
}

function held(tally: Tally, key: string, what: string): () => void {
  const release = tally.enter(key);
  if (release) return release;
  throw rateLimited(what, SPACE_MS);
}
