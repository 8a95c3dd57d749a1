import { expect, it } from 'vitest';
import { MarkFile } from '../../src/storage/mark-file.ts';
import { folder } from '../support/places.ts';

it('U12 a mark whose database answers late is written after the one before it', async () => {
  const { dataDir, remove } = folder();
  try {
    const file = new MarkFile(dataDir);
    const marks = [1, 2, 3, 4].map((mark) => ({ database: 'd', epoch: '', mark }));
    await Promise.all(marks.map((mark) => file.write(mark)));
    expect(await file.read()).toEqual(marks.at(-1));
  } finally {
    await remove();
  }
});
