import { type Extensions, Watcher } from './clients.ts';
import type { StoredItem } from './talkers.ts';

type Item = Pick<StoredItem, 'id' | 'sequence'>;
type Data = Record<string, Item | { readonly message: Item }>;

/**
 * Holds what it receives of a room or an inbox, as a client does: none may be missing, and what comes again was on its way
 * before. After EPOCH_CHANGED it forgets what it holds, and would load it anew.
 */
export class StoredWatcher extends Watcher<Data> {
  #items: Item[] = [];
  repeated = 0;
  /** when it was told last that an older state was restored, in ms of `performance.now()` */
  epochChangedAt = Number.NEGATIVE_INFINITY;

  /** The newest sequence. */
  get last(): number | undefined {
    return this.#items.at(-1)?.sequence;
  }

  /** Of what it holds. */
  get sequences(): readonly number[] {
    return this.#items.map(({ sequence }) => sequence);
  }

  /** What is wrong with what it holds; undefined: nothing. @param stored of its room or inbox, in order */
  differenceTo(stored: readonly Item[]): string | undefined {
    const [first] = this.#items;
    const expected = stored.filter(({ sequence }) => first && sequence >= first.sequence);
    for (let i = 0; i < Math.max(expected.length, this.#items.length); i += 1) {
      const [held, wanted] = [this.#items[i], expected[i]];
      if (held?.id === wanted?.id) continue;
      return `it holds ${JSON.stringify(held)} where ${JSON.stringify(wanted)} is stored`;
    }
    return first ? undefined : 'it has received nothing';
  }

  protected override hear(data: Data, { resume }: Extensions): void {
    const [found] = Object.values(data);
    if (!found) return;
    const item = 'message' in found ? found.message : found;
    if (resume?.reason === 'EPOCH_CHANGED') {
      this.epochChangedAt = performance.now();
      this.#items = [];
    }
    const last = this.last;
    if (last !== undefined && item.sequence <= last) {
      this.repeated += 1;
      const held = this.#items.findLast(({ sequence }) => sequence === item.sequence);
      if (held && held.id !== item.id) this.problems.push(`${item.sequence} came again with another id`);
      return;
    }
    if (last !== undefined && item.sequence !== last + 1) {
      this.problems.push(`after ${last} came ${item.sequence}`);
    }
    this.#items.push({ id: item.id, sequence: item.sequence });
  }
}
