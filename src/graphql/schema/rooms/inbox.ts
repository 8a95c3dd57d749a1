import { requireViewer } from '../../../auth/require-viewer.ts';
import type { BusEvent } from '../../../bus/bus.ts';
import { TickroomError } from '../../../errors.ts';
import { eventProjection } from '../../../fanout/payload/event-projection.ts';
import type { Positions } from '../../../fanout/positions/positions.ts';
import {
  connectionTopic,
  describeTarget,
  type BroadcastTarget as Target,
} from '../../../inbox/broadcast-target.ts';
import type { InboxItem as InboxItemState } from '../../../inbox/inbox-item.ts';
import { inboxTopic } from '../../../inbox/inbox-topic.ts';
import { INBOX_KEEPS, INBOX_SCOPE, type BroadcastReceipt as Receipt } from '../../../inbox/inboxes.ts';
import { builder } from '../../builder/builder.ts';
import { audited } from '../../context/audited.ts';
import { type CursorValue, cursorOf, encodeCursor } from '../../context/cursor.ts';
import { checkPage, connectionOf, pageSize } from '../../context/page.ts';
import { liveExtensions, servedByFanout } from '../../live/live-field.ts';
import { AccountRole } from '../shared/server.ts';
import { User } from '../shared/user.ts';
import { MessageType } from './room-message.ts';

const itemCursor = ({ userId, sequence }: InboxItemState, epoch: string): CursorValue => ({
  kind: 'inbox',
  owner: userId,
  position: sequence,
  sequence,
  epoch,
});

const InboxItem = builder.objectRef<InboxItemState>('InboxItem').implement({
  description: `What is addressed to you. It is kept until you acknowledge it; of more than ${INBOX_KEEPS.toLocaleString('en')} the oldest go.`,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id of the item, unique in the inbox.' }),
    sequence: t.expose('sequence', {
      type: 'SafeInt',
      description: 'Contiguous per user, from 1; 0: it was for this connection only and is not kept.',
    }),
    cursor: t.field({
      type: 'Cursor',
      nullable: true,
      description: 'To acknowledge up to it, or to go on after it; null: it is not kept.',
      resolve: (item, _args, { services }) =>
        item.sequence > 0 ? itemCursor(item, services.storedEpoch()) : null,
    }),
    sender: t.field({
      type: User,
      description: 'The user who sent it.',
      resolve: ({ senderId }) => ({ id: senderId }),
    }),
    roomId: t.id({
      nullable: true,
      description: 'The room whose members were addressed; null: none was.',
      resolve: ({ roomId }) => roomId,
    }),
    type: t.expose('type', { type: MessageType, description: 'What the item asks of its reader.' }),
    content: t.exposeString('content', { description: 'The text of the item.' }),
    metadata: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What the sender added for programs.',
      resolve: ({ metadata }) => metadata,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'The time at which it was sent.' }),
  }),
});

const InboxConnection = builder.connectionObject(
  { type: InboxItem, name: 'InboxConnection', description: 'A page of your inbox, oldest first.' },
  { name: 'InboxEdge', description: 'An inbox item and the cursor of its position.' },
);

builder.queryField('inbox', (t) =>
  t.field({
    type: InboxConnection,
    description: 'What you have not acknowledged, oldest first.',
    args: {
      first: t.arg.int({ description: 'How many items to return: 1 to 100. Default: 50.' }),
      after: t.arg({ type: 'Cursor', description: 'Returns items newer than this cursor.' }),
    },
    resolve: async (_root, args, { viewer, services }) => {
      const user = requireViewer(viewer);
      checkPage(args);
      const limit = pageSize(args.first, 50);
      const after = cursorOf(args.after, 'inbox', user.id)?.sequence ?? 0;
      const { items } = await services.inboxes.items(user, after, limit + 1);
      return connectionOf(
        items.slice(0, limit),
        (item) => encodeCursor(itemCursor(item, services.storedEpoch())),
        {
          after: items.length > limit,
          before: after > 0,
        },
      );
    },
  }),
);

const BroadcastTarget = builder.inputType('BroadcastTarget', {
  description: 'Whom it is for: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    room: t.id({ description: 'The members of the room with this id.' }),
    user: t.id({ description: 'The user with this id.' }),
    users: t.idList({ description: 'The users with these ids: 1 to 1,000.' }),
    role: t.field({
      type: AccountRole,
      description: 'All users with this account role that were ever here.',
    }),
    connection: t.id({
      description: 'One connection that has its inbox open (`viewer { connectionId }`). It is not kept.',
    }),
    everyone: t.boolean({ description: 'true: all users that were ever here.' }),
  }),
});

/** @throws TickroomError INVALID_INPUT */
function targetOf(input: typeof BroadcastTarget.$inferInput): Target {
  if (input.room) return { kind: 'room', roomId: input.room };
  if (input.user) return { kind: 'users', userIds: [input.user] };
  if (input.users) return { kind: 'users', userIds: input.users };
  if (input.role) return { kind: 'role', role: input.role };
  if (input.connection) return { kind: 'connection', connectionId: input.connection };
  if (input.everyone) return { kind: 'everyone' };
  throw new TickroomError(
    'INVALID_INPUT',
    'to must name somebody: an id that is not empty, or everyone: true.',
  );
}

const BroadcastInput = builder.inputType('BroadcastInput', {
  description: 'The content of a broadcast.',
  fields: (t) => ({
    content: t.string({ required: true, description: 'The text, 1 to 10,000 characters.' }),
    type: t.field({
      type: MessageType,
      defaultValue: 'NOTIFICATION',
      description: 'What the broadcast asks of its readers. Default: NOTIFICATION.',
    }),
    metadata: t.field({ type: 'JSON', description: 'For programs; up to 16 KB.' }),
  }),
});

const BroadcastReceipt = builder.objectRef<Receipt>('BroadcastReceipt').implement({
  description: 'How many recipients a broadcast has.',
  fields: (t) => ({
    recipients: t.exposeInt('recipients', { description: 'Users in whose inbox it is.' }),
    deliveredNow: t.exposeInt('deliveredNow', { description: 'Of them, those who had it open.' }),
    queued: t.exposeInt('queued', { description: 'Of them, those who will find it later.' }),
  }),
});

builder.mutationFields((t) => ({
  broadcast: t.field({
    type: BroadcastReceipt,
    description:
      'Puts a message into the inboxes of many. To a room: its OWNER, ADMIN or MODERATOR; to others: the ADMIN role.',
    args: {
      to: t.arg({
        type: BroadcastTarget,
        required: true,
        description: 'The recipients: exactly one field must be set.',
      }),
      input: t.arg({ type: BroadcastInput, required: true, description: 'The content of the broadcast.' }),
    },
    resolve: (_root, { to, input }, context) => {
      const target = targetOf(to);
      return audited(context, { what: 'broadcast', target: describeTarget(target) }, () =>
        context.services.inboxes.broadcast(context.viewer, target, input),
      );
    },
  }),
  acknowledgeInbox: t.int({
    description: 'Forgets your inbox up to an item. Answers how many items that were.',
    args: {
      upTo: t.arg({ type: 'Cursor', required: true, description: 'The last item you are done with.' }),
    },
    resolve: (_root, { upTo }, { viewer, services }) => {
      const user = requireViewer(viewer);
      return services.inboxes.acknowledge(
        user,
        cursorOf(upTo, 'inbox', user.id) ?? { sequence: 0, epoch: services.storedEpoch() },
      );
    },
  }),
}));

builder.subscriptionField('inbox', (t) =>
  t.field({
    type: InboxItem,
    description:
      'What is addressed to you: first what you have not acknowledged, or what came since `after`, then what comes. Items that were dropped because there were too many are told in `extensions.gap { from to topic reason }`.',
    args: { after: t.arg({ type: 'Cursor', description: 'Go on after this. Default: the oldest kept.' }) },
    extensions: liveExtensions<{ after?: CursorValue | null }>({
      routing: ['after'],
      open: ({ viewer, connection, services }, { after }, subscription) => {
        const user = requireViewer(viewer);
        const topic = inboxTopic(user.id);
        const cursor = cursorOf(after, 'inbox', user.id);
        const at = (sequence: number, epoch: string): Positions => new Map([[topic, { epoch, sequence }]]);
        const ownTopics = connection && [connectionTopic(connection.id)];
        if (connection) {
          for (const scope of [INBOX_SCOPE, connectionTopic(connection.id)]) {
            subscription.onClose(services.presence.enter(scope, user.id, connection.id));
          }
        }
        return {
          topics: [topic],
          ownTopics,
          after: cursor && at(cursor.position, cursor.epoch),
          from: at(0, ''),
          policy: 'REPLAY',
          onlyChanges: false,
          minIntervalMs: 0,
          project: () => eventProjection,
          replay: services.inboxEvents,
        };
      },
    }),
    subscribe: servedByFanout,
    resolve: (event) => (event as BusEvent<InboxItemState>).payload,
  }),
);
