import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { TickroomError } from '../../src/errors.ts';
import { type Services, sharedContext } from '../../src/graphql/context/context.ts';
import { createFormatError } from '../../src/graphql/context/format-error.ts';

describe('shared execution', () => {
  it('F9 has no viewer: reaching for one throws', () => {
    const context = sharedContext({} as Services);
    expect(() => context.viewer).toThrow('has no viewer');
  });
});

describe('errors', () => {
  const logged: unknown[] = [];
  const format = createFormatError({ error: (entry: unknown) => logged.push(entry) } as never);

  it('T6 masks what nobody meant for clients, and logs it once with the id the client sees', () => {
    const secret = new GraphQLError('x', {
      originalError: new Error('password of the database'),
      path: ['quote'],
    });
    const shown = format(secret);
    expect(JSON.stringify(shown)).not.toContain('password');
    expect(shown.extensions).toMatchObject({ code: 'INTERNAL_ERROR', errorId: expect.any(String) });
    expect(shown.path).toEqual(['quote']);
    expect(logged).toEqual([{ err: secret, errorId: shown.extensions.errorId }]);
  });

  it('T6 passes on what was meant, under any wrapping, with its code and details', () => {
    const meant = new TickroomError('CONFLICT', 'Send a whole book.', { reason: 'gap' });
    const shown = format(
      new GraphQLError('wrapped', { originalError: new GraphQLError('again', { originalError: meant }) }),
    );
    expect(shown.toJSON()).toEqual({
      message: 'Send a whole book.',
      extensions: { code: 'CONFLICT', reason: 'gap' },
    });
  });
});
