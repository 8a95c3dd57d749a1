import { parseUserId } from '../../rooms/room-input.ts';
import { builder } from '../builder/builder.ts';
import { requireRole } from '../context/access.ts';
import { audited } from '../context/audited.ts';

builder.mutationField('revokeUser', (t) =>
  t.boolean({
    description:
      'Signs a user out everywhere, at once, and refuses tokens made before now. Needs the ADMIN role. Answers true.',
    args: {
      userId: t.arg.id({
        required: true,
        description: 'The id of the user whose tokens are refused from now on.',
      }),
    },
    resolve: (_root, { userId }, context) =>
      audited(context, { what: 'revokeUser', target: userId }, async () => {
        requireRole(context, 'ADMIN');
        await context.services.revocations.revoke(parseUserId(userId));
        return true;
      }),
  }),
);
