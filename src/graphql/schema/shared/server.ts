import { ACCOUNT_ROLES, type Viewer } from '../../../auth/viewer.ts';
import { builder } from '../../builder/builder.ts';
import { VIEWER_DEPENDENT } from '../../live/live-field.ts';

export const AccountRole = builder.enumType('AccountRole', {
  description: 'What an account may do beyond its rooms. PUBLISHER: feeds. ADMIN: everything.',
  values: ACCOUNT_ROLES,
});

const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
  description: 'Who is asking.',
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
  serverTime: t.field({ type: 'DateTime', description: "The server's clock.", resolve: () => Date.now() }),
  viewer: t.field({
    type: ViewerType,
    nullable: true,
    description: 'Who you are to this server; null when anonymous.',
    resolve: (_root, _args, { viewer }) => viewer,
  }),
}));
