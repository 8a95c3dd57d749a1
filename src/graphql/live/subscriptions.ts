import { randomUUID } from 'node:crypto';
import type { Hub } from '../../fanout/hub.ts';
import type { Member } from '../../fanout/members/member.ts';
import type { Outbox } from '../../fanout/outbox/outbox.ts';
import { POLICIES } from '../../fanout/policies/policies.ts';
import type { Positions, ResumeFailure, Resumption } from '../../fanout/positions/positions.ts';
import type { ClientOperation } from '../../fanout/resume/client-operation.ts';
import { isAway, type ProgressKeeper } from '../../fanout/resume/progress-keeper.ts';
import type { Found } from '../../fanout/resume/tracked.ts';
import type { HeldSelections } from '../../limits/held-selections.ts';
import type { Live, LiveOpening, LiveSource } from './live.ts';
import type { LiveSubscription } from './live-subscription.ts';
import { clientOperation, identityOf, type NamedOperation, onlyOf } from './progress.ts';

/** Where the frames of a subscription go, and where it goes on. */
export interface OpenRequest {
  readonly outbox: Outbox;
  /** the start of each of its frames, see `nextPrefix` */
  readonly prefix: string;
  /** The client's name for it, by which it is found again; undefined: it has none. */
  readonly operation: NamedOperation | undefined;
  /** What the client says it has, where its transport has a way to say so. */
  readonly positions?: Positions | undefined;
  /**
   * The client confirms nothing that it receives, so where it is can be told only if its connection was seen to end.
   * @default false
   */
  readonly isUnconfirmed?: boolean;
  /** What its notices call it. @default the id of `operation` */
  readonly label?: string | null;
  /** It has no name, and may be one that was here a short while ago. @default false */
  readonly mayReturn?: boolean;
}

export interface SubscriptionsOptions {
  readonly live: Live;
  readonly hub: Hub;
  readonly progress: ProgressKeeper;
  readonly selections: HeldSelections;
}

/** Opens subscriptions, where their clients left them. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  /**
   * Opens a subscription and joins what it asks for, until the subscription closes. Of a client that signed in it is held
   * open while what is stored cannot be reached: it may have come back, and would not ask again after an error.
   * @throws TickroomError when it is refused, and whatever opening a topic throws; the caller then closes it
   */
  async open(opening: LiveOpening, subscription: LiveSubscription, request: OpenRequest): Promise<void> {
    const { live, hub, progress, selections } = this.#options;
    const { outbox, prefix } = request;
    // what is said of other subscriptions is not looked for again
    const named = opening.operation.live.isTransient ? undefined : request.operation;
    const known = clientOperation(opening, named);
    const isHeld = opening.request.context.viewer !== null;
    const held = <T>(act: () => Promise<T>): Promise<T | undefined> =>
      isHeld ? this.#hold(subscription, request, act) : act();

    const source = await held(() => live.open(opening, subscription));
    if (!source || subscription.closed) return;
    const owner = opening.request.context.viewer?.id ?? outbox;
    subscription.onClose(selections.enter(owner, source.key, source.cost));
    // of the others the newest state is all there is to know
    const operation = request.isUnconfirmed && !keepsPosition(source) ? undefined : known;
    const identity = operation && identityOf(source);
    const find = () => this.#find(operation, identity, source, request);
    const resume = source.rules.replay ? await held(find) : await find().catch(unknownPosition);
    if (subscription.closed) return;
    const member = await held(() =>
      hub.join({
        ...source,
        topics: [...source.topics, ...(source.ownTopics ?? [])],
        outbox,
        owner,
        prefix,
        operationId: request.label === undefined ? request.operation?.operationId : request.label,
        resume,
      }),
    );
    if (!member) return;
    subscription.onClose(() => hub.leave(member));
    if (operation && identity && !subscription.closed)
      this.#keep(progress, subscription, operation, identity, member);
  }

  #keep(
    progress: ProgressKeeper,
    subscription: LiveSubscription,
    operation: ClientOperation,
    identity: string,
    member: Member,
  ): void {
    const tracked = progress.track(operation, identity, {
      member,
      onTakenOver: () => subscription.takenOver(),
      isDoubtful: () => subscription.isDoubtful,
    });
    subscription.keepProgress(tracked);
  }

  /** From where it goes on; undefined: from where a subscription begins. @throws when that cannot be read */
  async #find(
    operation: ClientOperation | undefined,
    identity: string | undefined,
    source: LiveSource,
    { positions, isUnconfirmed = false, mayReturn = false }: OpenRequest,
  ): Promise<Resumption | undefined> {
    const { topics, after } = source;
    const said = positions ?? after;
    const own = said && { positions: onlyOf(topics, said) };
    const unknown = (failure: ResumeFailure): Resumption | undefined =>
      // of the others the newest state is all there is to know; one that said it goes on from where it wants
      own ?? (keepsPosition(source) ? { positions: new Map(), failure } : undefined);
    if (positions) return own;
    if (!operation || !identity) return mayReturn ? unknown('SESSION_UNKNOWN') : own;
    const found: Found = await this.#options.progress.find(operation, identity);
    switch (found.kind) {
      case 'FIRST':
        return own;
      case 'RESUME':
        // what was written to a connection that died unseen may have arrived or not
        if (isUnconfirmed && !found.isLost) return unknown('POSITION_UNKNOWN');
        return { positions: onlyOf(topics, found.positions) };
      case 'LOST':
        return unknown(found.reason);
    }
  }

  /** Does what needs a store, when it is there. @returns undefined: the subscription closed before */
  async #hold<T>(
    subscription: LiveSubscription,
    { outbox, operation }: OpenRequest,
    act: () => Promise<T>,
  ): Promise<T | undefined> {
    for (let isTold = false; !subscription.closed; isTold = true) {
      try {
        return await act();
      } catch (error) {
        if (!isAway(error)) throw error;
        if (!isTold) {
          outbox.notify({
            id: randomUUID(),
            kind: 'RESUME',
            topic: null,
            from: null,
            to: null,
            reason: 'POSITION_UNKNOWN',
            // it gets everything later
            recovered: null,
            replayed: null,
            operationId: operation?.operationId ?? null,
          });
        }
        await this.#options.progress.whenBack();
      }
    }
    return undefined;
  }
}

/** Market data does not wait for a store: its subscriber is told that it may have missed something. */
function unknownPosition(error: unknown): Resumption {
  if (!isAway(error)) throw error;
  return { positions: new Map(), failure: 'POSITION_UNKNOWN' };
}

const keepsPosition = ({ rules }: LiveSource): boolean => POLICIES[rules.policy].isResumable;
