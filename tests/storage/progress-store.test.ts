import { describe, expect, it } from 'vitest';
import { ProgressKeeper } from '../../src/fanout/progress-keeper.ts';
import type { Progress } from '../../src/fanout/progress-store.ts';
import { openPlace, PLACES } from '../support/places.ts';

const progress = (operationId: string, sequence: number, userId = 'ann'): Progress => ({
  userId,
  operationId,
  identity: 'the same',
  positions: { 'room:1': ['', sequence], 'trade:BTC/USDT': ['e"\\', 2 ** 53 - 1] },
});
const ref = (operationId: string, userId = 'ann') => ({ userId, operationId });

describe.each(PLACES)('progress on %s', (_name, make) => {
  it('U4 is found as it was written, and only by whom it is of', async () => {
    await using place = await make();
    await using database = await openPlace(place);
    const store = database.progress;
    await store.begin('s', [progress('1', 1), progress('2', 2), progress('1', 3, "o'neill")], 1000);
    expect(
      await store.find([ref('2'), ref('none'), ref('1', "o'neill"), ref('1'), ref('2', "o'neill")]),
    ).toEqual([progress('2', 2), undefined, progress('1', 3, "o'neill"), progress('1', 1), undefined]);
    await store.update('s', [progress('1', 7)], 2000);
    expect(await store.find([ref('1')])).toEqual([progress('1', 7)]);
    // another instance has begun it: what the first still writes is late
    await store.begin('other', [progress('1', 8)], 3000);
    await store.update('s', [progress('1', 9)], 4000);
    await store.forget('s', [ref('1'), ref('2')]);
    expect(await store.find([ref('1'), ref('2')])).toEqual([progress('1', 8), undefined]);
    await store.prune(2000);
    expect(await store.find([ref('1', "o'neill"), ref('1')])).toEqual([undefined, progress('1', 8)]);
    await store.prune(5000);
    // a long quiet subscription whose row is gone
    await store.update('s', [progress('1', 10)], 6000);
    expect(await store.find([ref('1')])).toEqual([progress('1', 10)]);
  });

  it('U4 a store that cannot be read stops nobody', async () => {
    await using place = await make();
    const database = await openPlace(place);
    const errors: unknown[] = [];
    const keeper = new ProgressKeeper({
      store: database.progress,
      session: 's',
      onError: (error) => errors.push(error),
    });
    expect(await keeper.find(ref('1'))).toBeUndefined();
    await database[Symbol.asyncDispose]();
    expect(await keeper.find(ref('1'))).toBeUndefined();
    expect(errors).toMatchObject([{ code: 'SERVICE_UNAVAILABLE' }]);
    await keeper[Symbol.asyncDispose]();
  });
});
