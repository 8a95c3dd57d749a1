import type { AnyVariables, TypedDocumentNode } from 'urql';
import type { Session } from './session.ts';

/**
 * Runs a mutation.
 * @throws CombinedError with what the server said
 */
export async function mutate<Data, Variables extends AnyVariables>(
  session: Session,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const { data, error } = await session.client.mutation(document, variables).toPromise();
  if (error) throw error;
  if (!data) throw new Error('The server answered nothing.');
  return data;
}
