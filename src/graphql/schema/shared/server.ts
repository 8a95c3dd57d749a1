import type { ACCOUNT_ROLES, Viewer } from '../../../auth/viewer.ts';
import { builder } from '../../builder/builder.ts';
import { VIEWER_DEPENDENT } from '../../live/live-field.ts';

export const AccountRole = builder.enumType('AccountRole', {
  description: 'What an account may do beyond its rooms; the `roles` claim of the token lists them.',
  values: {
    USER: { description: 'May read market data, and take part in rooms.' },
    PUBLISHER: { description: 'May also publish market data, and correct the trades that it published.' },
    ADMIN: { description: 'May do everything: publish, broadcast, revoke users, and manage every room.' },
  } as const satisfies Record<(typeof ACCOUNT_ROLES)[number], { description: string }>,
});

const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
  description: 'The user that the token of this request names.',
  fields: (t) => ({
    connectionId: t.id({
      nullable: true,
      description: 'The address of the WebSocket this came by, for broadcasts to it; null over HTTP.',
      extensions: VIEWER_DEPENDENT,
      resolve: (_viewer, _args, { connection }) => connection?.id ?? null,
    }),
    id: t.exposeID('id', { description: 'The user id of the token (its `sub`).' }),
    roles: t.field({
      type: [AccountRole],
      description: 'The account roles of the token.',
      resolve: ({ roles }) => [...roles],
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the token ends; null: never.',
    }),
  }),
});

builder.queryFields((t) => ({
  serverTime: t.field({
    type: 'DateTime',
    description: "The clock of the server, to measure the offset of the client's clock.",
    resolve: () => Date.now(),
  }),
  viewer: t.field({
    type: ViewerType,
    nullable: true,
    description: 'Who you are to this server; null when anonymous.',
    resolve: (_root, _args, { viewer }) => viewer,
  }),
}));
