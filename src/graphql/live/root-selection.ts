import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { TickroomError } from '../../errors.ts';

type Variables = Readonly<Record<string, unknown>>;

/**
 * Refuses a subscription whose root field is skipped: it would never have a result.
 * https://spec.graphql.org/September2025/#sec-Single-Root-Field
 * @throws TickroomError INVALID_INPUT
 */
export function checkRootSelection(
  document: DocumentNode,
  { selectionSet }: OperationDefinitionNode,
  rootField: FieldNode,
  variables: Variables,
): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const isSelected = (set: SelectionSetNode): boolean =>
    set.selections.some((node) => {
      if (!isIncluded(node, variables)) return false;
      if (node.kind === Kind.FIELD) return true;
      if (node.kind === Kind.INLINE_FRAGMENT) return isSelected(node.selectionSet);
      const fragment = fragments.get(node.name.value);
      return fragment !== undefined && isSelected(fragment.selectionSet);
    });
  if (isSelected(selectionSet)) return;
  throw new TickroomError(
    'INVALID_INPUT',
    `The subscription's root field ${rootField.name.value} is skipped by @skip or @include, so it would never have a result: do not subscribe instead.`,
  );
}

const isIncluded = (node: SelectionNode, variables: Variables): boolean =>
  getDirectiveValues(GraphQLSkipDirective, node, variables)?.if !== true &&
  getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false;
