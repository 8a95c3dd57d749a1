import type { GraphQLField } from 'graphql';
import type { GroupRules } from '../../fanout/groups/group-rules.ts';
import type { Positions } from '../../fanout/positions/positions.ts';
import type { Context } from '../context/context.ts';
import type { LiveSubscription } from './live-subscription.ts';

/** Where a subscription's events come from and how they are delivered: what a live field's arguments decide. */
export interface LivePlan extends Omit<GroupRules, 'open'> {
  /** unique */
  readonly topics: readonly string[];
  /** Topics that end with the connection: nothing of them is found again when its client comes back. */
  readonly ownTopics?: readonly string[] | undefined;
  /** What the subscriber says it has of topics. @default it goes on from now */
  readonly after?: Positions | undefined;
  /** REPLAY: where it begins otherwise. @default from now on */
  readonly from?: Positions | undefined;
}

/** A root subscription field as the fan-out engine sees it. */
export interface LiveField<Args> {
  /** Arguments that choose topics or delivery but do not change a result: they stay out of the group key. */
  readonly routing: readonly (keyof Args & string)[];
  /** It ends with its connection: a client that comes back begins it anew. @default false */
  readonly isTransient?: boolean;
  /**
   * Runs once per subscriber, with its viewer. What it opens is closed by `subscription.onClose`, and what may end it
   * before its client does calls `subscription.end`.
   * @throws TickroomError to refuse
   */
  readonly open: (
    context: Context,
    args: Args,
    subscription: LiveSubscription,
  ) => LivePlan | Promise<LivePlan>;
}

/**
 * The argument `subscriber` of live fields that begin with a snapshot. Client libraries run one operation for all who
 * ask for the same, so that the second has no snapshot; with different subscribers they are different operations to
 * the library, and one group here.
 */
export const SUBSCRIBER = {
  description:
    'Any text, without meaning to the server. Apollo and urql share one operation between all who subscribe to the same with the same variables, and who comes second has no snapshot: with a text of its own each has one. They still share the work.',
};

const LIVE = 'tickroom.live';

/** Extensions for a subscription field's config. */
export const liveExtensions = <Args>(field: LiveField<Args>): Record<string, unknown> => ({ [LIVE]: field });

/** @throws Error when the schema has a subscription field without a live source: a defect of the schema */
export function liveFieldOf(field: GraphQLField<unknown, unknown>): LiveField<Record<string, unknown>> {
  const live = field.extensions[LIVE];
  if (!live) throw new Error(`Subscription.${field.name} has no live source.`);
  return live as LiveField<Record<string, unknown>>;
}

/** Marks a field whose value depends on who asks: selecting it puts the viewer into the group key. */
export const VIEWER_DEPENDENT = { 'tickroom.viewerDependent': true };
export const isViewerDependent = (field: GraphQLField<unknown, unknown>): boolean =>
  field.extensions['tickroom.viewerDependent'] === true;

/** Live fields are served by the fan-out engine; graphql-js' own `subscribe` never runs. */
export function servedByFanout(): never {
  throw new Error('Live fields are served by the fan-out engine.');
}
