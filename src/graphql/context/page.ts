import { TickroomError } from '../../errors.ts';

const MOST = 100;

/**
 * How many of a page's items are wanted.
 * @throws TickroomError INVALID_INPUT
 */
export function pageSize(asked: number | null | undefined, byDefault: number, name = 'first'): number {
  const size = asked ?? byDefault;
  if (size >= 0 && size <= MOST) return size;
  throw new TickroomError(
    'INVALID_INPUT',
    `${name} must be 0 to ${MOST}; ask for further pages with cursors.`,
  );
}

/** What connections are asked for: a page forward from the beginning or a cursor, or backward from the end or a cursor. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly last?: number | null | undefined;
  readonly after?: unknown;
  readonly before?: unknown;
}

/**
 * Checks what every connection refuses. https://relay.dev/graphql/connections.htm#sec-Pagination-algorithm
 * @param endIsFar the end is not known without reading everything, so that a page backward begins at a cursor
 * @throws TickroomError INVALID_INPUT
 */
export function checkPage(
  { first, last, before }: PageArguments,
  { endIsFar = false }: { readonly endIsFar?: boolean } = {},
): void {
  if (first != null && last != null) {
    throw new TickroomError('INVALID_INPUT', 'first and last contradict each other: ask for one of them.');
  }
  for (const [name, size] of Object.entries({ first, last })) {
    if (size != null && size < 0) {
      throw new TickroomError('INVALID_INPUT', `${name} is ${size}: it must not be negative.`);
    }
  }
  if (endIsFar && last != null && before == null) {
    throw new TickroomError(
      'INVALID_INPUT',
      'last needs a cursor in before: these are asked for newest first.',
    );
  }
}

/** A page as connections give it. @param hasMore in the direction of reading */
export function connectionOf<T>(
  items: readonly T[],
  cursorOf: (item: T) => string,
  more: { readonly before?: boolean; readonly after?: boolean },
) {
  const edges = items.map((node) => ({ node, cursor: cursorOf(node) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: more.after ?? false,
      hasPreviousPage: more.before ?? false,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** Keys of pages by name are text of users' making; as a cursor it is wrapped, and means nothing to them. */
export const keyCursor = (key: string): string => Buffer.from(`key/${key}`).toString('base64url');

/** @throws TickroomError INVALID_INPUT */
export function cursorKey(cursor: string | null | undefined): string | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  const text = Buffer.from(cursor, 'base64url').toString();
  if (text.startsWith('key/')) return text.slice('key/'.length);
  throw new TickroomError(
    'INVALID_INPUT',
    'This is not a cursor of such a page: pass one exactly as you received it.',
  );
}
