import { describe, expect, it } from 'vitest';
import { openPlace, PLACES } from '../support/places.ts';
import { startServer } from '../support/server.ts';

describe.each(PLACES)('revocations on %s', (_name, make) => {
  it('Q9 are kept, the latest of each user', async () => {
    await using place = await make();
    await using database = await openPlace(place);
    const { revocations } = database;
    expect(await revocations.all()).toEqual([]);
    await revocations.add({ userId: 'eve', notBefore: 2000 });
    await revocations.add({ userId: 'eve', notBefore: 1000 });
    await revocations.add({ userId: 'bob', notBefore: 1_764_000_000_123 });
    await revocations.add({ userId: 'bob', notBefore: 1_764_000_000_456 });
    const kept = [...(await revocations.all())].sort((a, b) => (a.userId < b.userId ? -1 : 1));
    expect(kept).toEqual([
      { userId: 'bob', notBefore: 1_764_000_000_456 },
      { userId: 'eve', notBefore: 2000 },
    ]);
  });

  it('Q9 hold after a restart', async () => {
    await using place = await make();
    const tokens: string[] = [];
    {
      await using server = await startServer(place.env);
      tokens.push(await server.token('eve'), await server.token('ada'));
      const root = await server.token('root', 'ADMIN');
      const { data } = await server.post('mutation { revokeUser(userId: "eve") }', {}, root);
      expect(data).toEqual({ revokeUser: true });
    }
    await using server = await startServer(place.env);
    const statuses = await Promise.all(
      tokens.map(async (token) => (await server.post('{ serverTime }', {}, token)).status),
    );
    expect(statuses).toEqual([401, 200]);
  });
});
