import { getOperationAST, Kind, type OperationDefinitionNode } from 'graphql';
import { hasRole, type Viewer } from '../../auth/viewer.ts';
import type { Documents } from './documents.ts';

const PUBLISHING = new Set([
  'publishQuotes',
  'publishTrades',
  'publishOrderBook',
  'publishInstruments',
  'correctTrades',
]);

/** Whether an operation does nothing but publish, by somebody who may. The documents of others are not looked at. */
export function isPublication(
  documents: Documents,
  request: { readonly query: string; readonly operationName?: string | null | undefined },
  viewer: Viewer | null,
): viewer is Viewer {
  if (!viewer || !hasRole(viewer, 'PUBLISHER')) return false;
  const { document } = documents.check(request.query);
  const operation = document && getOperationAST(document, request.operationName);
  return operation !== undefined && operation !== null && publishesOnly(operation);
}

/** Whether an operation does nothing but publish. */
export const publishesOnly = ({ operation, selectionSet }: OperationDefinitionNode): boolean =>
  operation === 'mutation' &&
  selectionSet.selections.every(
    (selection) => selection.kind === Kind.FIELD && PUBLISHING.has(selection.name.value),
  );
