import type { AnyVariables, TypedDocumentNode } from 'urql';
import type { Session } from './session.ts';

/**
 * Runs a query.
 * @throws CombinedError with what the server said, where it gave no data
 */
export async function query<Data, Variables extends AnyVariables>(
  { client }: Session,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const { data, error } = await client.query(document, variables).toPromise();
  if (data) return data;
  throw error ?? new Error('The server answered nothing.');
}
