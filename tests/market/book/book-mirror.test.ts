import { describe, expect, it } from 'vitest';
import type { Bus, BusEvent, BusHistory } from '../../../src/bus/bus.ts';
import { MemoryBus } from '../../../src/bus/memory/memory-bus.ts';
import { BookKeeper } from '../../../src/market/book/book-keeper.ts';
import { BookMirrors } from '../../../src/market/book/book-mirror.ts';
import { OrderBook } from '../../../src/market/book/order-book.ts';
import type { BookLevel } from '../../../src/market/events/market-event.ts';
import { bookTopic } from '../../../src/market/events/topics.ts';
import { seededRandom } from '../../support/seeded.ts';
import { NaiveBook, randomChanges } from './book-model.ts';

const level = (price: string, size = '1'): BookLevel => ({ price, size });
const everything = Number.POSITIVE_INFINITY;

/** A bus that can lose events on their way to subscribers, and keep readers of history waiting or refuse them. */
class LossyBus implements Pick<Bus, 'publish' | 'subscribe' | 'latest' | 'history' | 'onChange'> {
  inner = new MemoryBus();
  loses: (event: BusEvent) => boolean = () => false;
  historyFails = false;
  gate: Promise<void> | undefined;
  subscribed = 0;
  subscriptions = 0;
  reads = 0;
  readonly changes = new Set<(isConnected: boolean) => void>();
  readonly #hearing = new Set<(event: BusEvent) => void>();

  async publish(topic: string, payload: object): Promise<BusEvent> {
    const event = await this.inner.publish(topic, payload);
    if (!this.loses(event)) for (const onEvent of this.#hearing) onEvent(event);
    return event;
  }

  async subscribe(_topic: string, onEvent: (event: BusEvent) => void): Promise<() => void> {
    await this.gate;
    this.subscribed += 1;
    this.subscriptions += 1;
    this.#hearing.add(onEvent);
    return () => {
      if (this.#hearing.delete(onEvent)) this.subscribed -= 1;
    };
  }

  onChange(listener: (isConnected: boolean) => void): () => void {
    this.changes.add(listener);
    return () => this.changes.delete(listener);
  }

  latest(topic: string): Promise<BusEvent | undefined> {
    return this.inner.latest(topic);
  }

  async history(topic: string): Promise<BusHistory> {
    this.reads += 1;
    await this.gate;
    if (this.historyFails) throw new Error('the bus is away');
    return this.inner.history(topic);
  }
}

function setUp() {
  const bus = new LossyBus();
  const mirrors = new BookMirrors(bus);
  let last: Promise<unknown> = Promise.resolve();
  const keeper = new BookKeeper({
    writer: 'me',
    publish: (topic, state) => {
      last = last.then(() => bus.publish(topic, state));
    },
    now: () => 7,
  });
  const whole = (bids: BookLevel[], asks: BookLevel[] = []) => {
    keeper.accept({ symbol: 'AAPL', bids, asks, exchangeTime: 5 });
    return settled();
  };
  const change = (size: string) => {
    keeper.acceptChanges({ symbol: 'AAPL', bids: [level('9', size)], asks: [] });
    return settled();
  };
  /** Everything that only waits for promises has happened. */
  const settled = async () => {
    await last;
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { bus, mirrors, keeper, whole, change, settled };
}

function gate() {
  let open = (): void => {};
  const closed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { closed, open };
}

describe('book mirrors', () => {
  it('hold nothing of a book without events, and then what comes', async () => {
    const { mirrors, whole } = setUp();
    const heard: number[] = [];
    const { book } = await mirrors.open('AAPL', (changed) => heard.push(changed.sequence));
    expect(book).toMatchObject({ sequence: 0, epoch: '', stale: false });
    expect(book.top(9)).toEqual({ bids: [], asks: [] });
    await whole([level('9')]);
    expect(book).toMatchObject({ sequence: 1, exchangeTime: 5, receivedAt: 7 });
    expect(book.top(9).bids).toEqual([level('9')]);
    expect(heard).toEqual([1]);
  });

  it('share one subscription and one book, closed with the last holder', async () => {
    const { bus, mirrors, whole } = setUp();
    const barrier = gate();
    bus.gate = barrier.closed;
    const heard: string[] = [];
    const opening = [
      mirrors.open('AAPL', () => heard.push('a')),
      mirrors.open('AAPL', () => heard.push('b')),
    ];
    barrier.open();
    const [a, b] = await Promise.all(opening);
    expect(a?.book).toBe(b?.book);
    expect(bus.subscriptions).toBe(1);
    a?.close();
    a?.close();
    await whole([level('9')]);
    expect(heard).toEqual(['b']);
    expect(bus.subscribed).toBe(1);
    b?.close();
    expect([bus.subscribed, mirrors.size]).toEqual([0, 0]);
    await mirrors.open('AAPL', () => {});
    expect(bus.subscriptions).toBe(2);
  });

  it('lose and repeat nothing that is published while they open', async () => {
    const { bus, mirrors, whole, change, settled } = setUp();
    await whole([level('9')]);
    await change('2');
    const barrier = gate();
    const opening = mirrors.open('AAPL', () => {});
    bus.gate = barrier.closed;
    await change('3');
    await change('4');
    barrier.open();
    await settled();
    const { book } = await opening;
    expect(book.sequence).toBe(4);
    expect(book.top(1).bids).toEqual([level('9', '4')]);
  });

  it('M4 fill a missed event from history, and tell once', async () => {
    const { bus, mirrors, whole, change } = setUp();
    const heard: number[] = [];
    await whole([level('9'), level('8')]);
    const { book } = await mirrors.open('AAPL', ({ sequence }) => heard.push(sequence));
    bus.loses = ({ sequence }) => sequence === 2 || sequence === 3;
    for (const size of ['2', '3', '4', '5']) await change(size);
    expect(heard).toEqual([4, 5]);
    expect(book.stale).toBe(false);
    expect(book.top(1).bids).toEqual([level('9', '5')]);
  });

  it('need no history when a whole book follows what was missed', async () => {
    const { bus, mirrors, whole, change } = setUp();
    await whole([level('9')]);
    const { book } = await mirrors.open('AAPL', () => {});
    const reads = bus.reads;
    bus.loses = ({ sequence }) => sequence === 2;
    await change('2');
    await whole([level('5')]);
    expect(book).toMatchObject({ sequence: 3, stale: false });
    expect(bus.reads).toBe(reads);
  });

  it('M4 turn stale with the keeper, and are mended by a whole book', async () => {
    const { mirrors, keeper, whole, settled } = setUp();
    const heard: boolean[] = [];
    await whole([level('9')]);
    const { book } = await mirrors.open('AAPL', ({ stale }) => heard.push(stale));
    keeper.acceptChanges({ symbol: 'AAPL', bids: [], asks: [], checksum: 1 });
    await settled();
    expect(book).toMatchObject({ sequence: 2, stale: true });
    expect(await mirrors.open('AAPL', () => {})).toMatchObject({ book: { stale: true } });
    await whole([level('8')]);
    expect(book).toMatchObject({ sequence: 3, stale: false });
    expect(heard).toEqual([true, false]);
  });

  it('find a stale book stale when they open it', async () => {
    const { mirrors, keeper, whole, settled } = setUp();
    await whole([level('9')]);
    keeper.acceptChanges({ symbol: 'AAPL', bids: [], asks: [], checksum: 1 });
    await settled();
    const { book } = await mirrors.open('AAPL', () => {});
    expect(book).toMatchObject({ sequence: 2, stale: true });
    expect(book.top(1).bids).toEqual([level('9')]);
  });

  it('are stale at the newest position when history cannot rebuild, until a whole book comes', async () => {
    const { bus, mirrors, whole, change } = setUp();
    bus.inner = new MemoryBus({ historyLength: 2 });
    const heard: [number, boolean][] = [];
    await whole([level('9')]);
    const { book } = await mirrors.open('AAPL', ({ sequence, stale }) => heard.push([sequence, stale]));
    bus.loses = ({ sequence }) => sequence === 3;
    for (const size of ['2', '3', '4', '5']) await change(size);
    expect(book).toMatchObject({ sequence: 5, stale: true });
    await whole([level('8')]);
    expect(heard).toEqual([
      [2, false],
      [4, true],
      [6, false],
    ]);
  });

  it('try again with the next event when history could not be read', async () => {
    const { bus, mirrors, whole, change } = setUp();
    await whole([level('9')]);
    const { book } = await mirrors.open('AAPL', () => {});
    bus.loses = ({ sequence }) => sequence === 2;
    bus.historyFails = true;
    await change('2');
    await change('3');
    expect(book).toMatchObject({ sequence: 3, stale: true });
    bus.historyFails = false;
    await change('4');
    expect(book).toMatchObject({ sequence: 4, stale: false });
    expect(book.top(1).bids).toEqual([level('9', '4')]);
  });

  it('follow a topic into a new epoch', async () => {
    const { bus, mirrors, whole, change } = setUp();
    await whole([level('9')]);
    await change('2');
    const { book } = await mirrors.open('AAPL', () => {});
    const { epoch } = book;
    bus.inner = new MemoryBus();
    bus.loses = ({ sequence }) => sequence === 1;
    await whole([level('5'), level('9')]);
    await change('3');
    expect(book.epoch).not.toBe(epoch);
    expect(book).toMatchObject({ sequence: 2, stale: false });
    expect(book.top(9).bids).toEqual([level('9', '3'), level('5')]);
  });

  it('leave nothing behind when the opening fails or is cut off', async () => {
    const { bus, mirrors } = setUp();
    bus.historyFails = true;
    await expect(mirrors.open('AAPL', () => {})).rejects.toThrow('the bus is away');
    expect([bus.subscribed, mirrors.size]).toEqual([0, 0]);
    bus.historyFails = false;

    const barrier = gate();
    bus.gate = barrier.closed;
    const refused = expect(mirrors.open('AAPL', () => {})).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
    const disposed = mirrors[Symbol.asyncDispose]();
    barrier.open();
    await Promise.all([disposed, refused]);
    expect([bus.subscribed, mirrors.size]).toEqual([0, 0]);
    await expect(mirrors.open('AAPL', () => {})).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  it('M4 equal the book of the feed whatever is lost on the way', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = seededRandom(seed);
    const { bus, mirrors, keeper, settled } = setUp();
    const model = new NaiveBook();
    const maxDepth = 20;
    const first = { bids: [level('900.00')], asks: [level('1100.00')] };
    keeper.accept({ symbol: 'AAPL', ...first, maxDepth });
    model.replace(first);
    await settled();
    const { book } = await mirrors.open('AAPL', () => {});
    bus.loses = () => random() < 0.05;
    for (let n = 0; n < 5_000; n += 1) {
      const changes = randomChanges(random);
      expect(keeper.acceptChanges({ symbol: 'AAPL', ...changes })).toBe('applied');
      model.apply(changes);
      model.cut(maxDepth);
      if (n % 7 !== 0) continue;
      await settled();
      const newest = await bus.latest(bookTopic('AAPL'));
      // an event that was lost shows with the next one
      if (book.sequence !== newest?.sequence) continue;
      expect(book.top(everything), `seed ${seed}`).toEqual(model.top(everything));
      const expected = new OrderBook('AAPL');
      const { bids, asks } = model.top(everything);
      expected.applyWhole(bids, asks);
      expect(book.checksum(), `seed ${seed}`).toBe(expected.checksum());
    }
    expect(book.stale, `seed ${seed}`).toBe(false);
  });

  it('X2 are stale after changes to a book that another writer has, until a whole one comes', async () => {
    const { bus, mirrors, whole, change, settled } = setUp();
    await whole([level('9')]);
    const { book } = await mirrors.open('AAPL', () => {});
    const foreign = {
      kind: 'changes',
      writer: 'lost it',
      symbol: 'AAPL',
      asks: [],
      exchangeTime: 1,
      receivedAt: 1,
    };
    await bus.publish('book:AAPL', { ...foreign, bids: [level('8', '666')] });
    await settled();
    expect(book.stale).toBe(true);
    await change('2');
    expect(book.stale).toBe(true);
    await whole([level('9', '3')]);
    expect(book).toMatchObject({ stale: false });
    expect(book.top(9).bids).toEqual([level('9', '3')]);
  });

  it('X5 are stale while other instances cannot be heard, and are built anew afterwards', async () => {
    const { bus, mirrors, whole, change, settled } = setUp();
    await whole([level('9')]);
    const told: boolean[] = [];
    const { book } = await mirrors.open('AAPL', ({ stale }) => told.push(stale));
    for (const hear of bus.changes) hear(false);
    expect(book.stale).toBe(true);
    bus.loses = () => true;
    await change('2');
    bus.loses = () => false;
    for (const hear of bus.changes) hear(true);
    await settled();
    expect(told).toEqual([true, false]);
    expect(book.top(9).bids).toEqual([level('9', '2')]);
  });
});
