import { builder } from '../../builder/builder.ts';

/** Users are known by the ids of their tokens, and by nothing else. */
export const User = builder.objectRef<{ readonly id: string }>('User').implement({
  description: 'Somebody, as their tokens name them.',
  fields: (t) => ({ id: t.exposeID('id', { description: "The user's id: `sub` of their tokens." }) }),
});
