import { createStore, type Store } from '../state/store.ts';
import type { Traffic } from './metered-web-socket.ts';

const SECOND_MS = 1000;
const KEPT = 60;

/** Messages and bytes a second. */
export interface Meter {
  count(bytes: number): void;
  /** The last minute, a second each, the newest last. */
  readonly seconds: Store<readonly Traffic[]>;
  dispose(): void;
}

export function createMeter(): Meter {
  const seconds = createStore<readonly Traffic[]>([]);
  let messages = 0;
  let bytes = 0;
  const timer = setInterval(() => {
    seconds.set([...seconds.get().slice(1 - KEPT), { messages, bytes }]);
    messages = 0;
    bytes = 0;
  }, SECOND_MS);
  return {
    count(size) {
      messages += 1;
      bytes += size;
    },
    seconds,
    dispose: () => clearInterval(timer),
  };
}

/** The average over the newest seconds. */
export function averageOf(seconds: readonly Traffic[], span: number): Traffic {
  const newest = seconds.slice(-span);
  if (newest.length === 0) return { messages: 0, bytes: 0 };
  const sum = (pick: (second: Traffic) => number): number =>
    newest.reduce((total, second) => total + pick(second), 0) / newest.length;
  return { messages: sum((second) => second.messages), bytes: sum((second) => second.bytes) };
}
