import { createStore, type Store } from './store.ts';

/**
 * A store that outlives the page, in localStorage. What is kept there but cannot be used is as if it were not there.
 * @param accepts says whether what was kept still fits
 */
export function savedStore<T>(name: string, initial: T, accepts: (value: unknown) => value is T): Store<T> {
  const key = `tickroom.${name}`;
  const store = createStore(read(key, accepts) ?? initial);
  return {
    ...store,
    set(value) {
      store.set(value);
      try {
        localStorage.setItem(key, JSON.stringify(value));
      } catch {
        // a full or forbidden storage costs the memory of it, not the use
      }
    },
  };
}

/**
 * The same, and one in all tabs: what is changed in one, the others have too, instead of overwriting it with what they
 * knew.
 */
export function sharedStore<T>(name: string, initial: T, accepts: (value: unknown) => value is T): Store<T> {
  const kept = savedStore(name, initial, accepts);
  const heard = createStore(kept.get());
  window.addEventListener('storage', ({ key }) => {
    if (key === `tickroom.${name}`) heard.set(read(key, accepts) ?? initial);
  });
  return {
    ...heard,
    set(value) {
      heard.set(value);
      kept.set(value);
    },
  };
}

function read<T>(key: string, accepts: (value: unknown) => value is T): T | undefined {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    return accepts(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
export const oneOf =
  <T extends string>(...choices: readonly T[]) =>
  (value: unknown): value is T =>
    choices.some((choice) => choice === value);
