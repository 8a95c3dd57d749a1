import { createStore, type Store } from './store.ts';

/** Where in the console one is: the part of the address after `#/`. */
export interface Route {
  readonly page: 'markets' | 'rooms' | 'inbox' | 'operations';
  /** a symbol, or nothing */
  readonly detail: string | undefined;
}

const PAGES = ['markets', 'rooms', 'inbox', 'operations'] as const;

function read(): Route {
  const [name, ...rest] = location.hash.replace(/^#\/?/, '').split('/');
  const page = PAGES.find((known) => known === name) ?? 'markets';
  const detail = rest.join('/');
  return { page, detail: detail ? decode(detail) : undefined };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const store = createStore(read());
window.addEventListener('hashchange', () => store.set(read()));

export const route: Pick<Store<Route>, 'get' | 'subscribe'> = store;

/** The address of a page, for links. */
export const hrefOf = (page: Route['page'], detail?: string): string =>
  `#/${page}${detail === undefined ? '' : `/${encodeURIComponent(detail)}`}`;

export function go(page: Route['page'], detail?: string): void {
  location.hash = hrefOf(page, detail);
}
