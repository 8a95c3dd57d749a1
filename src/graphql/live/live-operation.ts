import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  Kind,
  type OperationDefinitionNode,
  print,
  separateOperations,
  stripIgnoredCharacters,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { isViewerDependent, type LiveField, liveFieldOf } from './live-field.ts';

/** What can be known of a subscription before its variables: computed once per document and operation. */
export interface LiveOperation {
  readonly operation: OperationDefinitionNode;
  /** Only this operation and the fragments it uses. */
  readonly document: DocumentNode;
  readonly rootField: FieldNode;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly live: LiveField<Record<string, unknown>>;
  /** The normalised text: no operation name, no unused fragments, no routing arguments, no comments. */
  readonly keyText: string;
  /**
   * The normalised text without `__typename`: equal for clients that add it to every selection and for those that do not.
   * undefined: results of the two cannot be derived from each other.
   */
  readonly untypedText: string | undefined;
  /** Variables that can change the result, sorted. */
  readonly keyVariables: readonly string[];
  /** Somewhere in it a field is selected whose value depends on the viewer. */
  readonly dependsOnViewer: boolean;
}

interface Findings {
  rootField?: FieldNode;
  definition?: GraphQLField<unknown, unknown>;
  dependsOnViewer: boolean;
  /** A field of the scalar JSON is selected: names in its values are the users'. */
  selectsJson: boolean;
}

/** @throws Error for a document that was not validated */
export function analyseLiveOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  name: string,
): LiveOperation {
  const separated = separateOperations(document)[name];
  const operation = separated?.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (!separated || !operation) throw new Error(`The document has no operation "${name}".`);
  const { rootField, definition, dependsOnViewer, selectsJson } = inspect(schema, separated);
  if (!rootField || !definition) throw new Error('A subscription needs a field.');
  const live = liveFieldOf(definition);
  const unrouted = withoutArguments(schema, separated, new Set([...live.routing, 'subscriber']));
  const keyVariables = variablesUsed(unrouted);
  const key = visit(unrouted, {
    OperationDefinition: (node) => ({
      ...node,
      name: undefined,
      variableDefinitions: node.variableDefinitions?.filter(({ variable }) =>
        keyVariables.has(variable.name.value),
      ),
    }),
  });
  const untyped = stripIgnoredCharacters(print(withoutTypename(key)));
  return {
    operation,
    document: separated,
    rootField,
    definition,
    live,
    keyText: stripIgnoredCharacters(print(key)),
    untypedText: selectsJson || /\b__typename\b/.test(untyped) ? undefined : untyped,
    keyVariables: [...keyVariables].sort(),
    dependsOnViewer,
  };
}

function inspect(schema: GraphQLSchema, document: DocumentNode): Findings {
  const typeInfo = new TypeInfo(schema);
  const findings: Findings = { dependsOnViewer: false, selectsJson: false };
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field(node) {
        const definition = typeInfo.getFieldDef();
        if (!definition) return;
        if (getNamedType(definition.type).name === 'JSON') findings.selectsJson = true;
        if (isViewerDependent(definition)) findings.dependsOnViewer = true;
        if (typeInfo.getParentType() === schema.getSubscriptionType() && !findings.rootField) {
          findings.rootField = node;
          findings.definition = definition;
        }
      },
    }),
  );
  return findings;
}

function withoutArguments(
  schema: GraphQLSchema,
  document: DocumentNode,
  names: ReadonlySet<string>,
): DocumentNode {
  const typeInfo = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field(node) {
        if (typeInfo.getParentType() !== schema.getSubscriptionType()) return undefined;
        return { ...node, arguments: node.arguments?.filter((argument) => !names.has(argument.name.value)) };
      },
    }),
  );
}

/** Removes what a client library adds; an alias, a directive or a selection of nothing else stays. */
const withoutTypename = (document: DocumentNode): DocumentNode =>
  visit(document, {
    SelectionSet(node) {
      const selections = node.selections.filter(
        (one) =>
          one.kind !== Kind.FIELD ||
          one.name.value !== '__typename' ||
          one.alias !== undefined ||
          (one.directives?.length ?? 0) > 0,
      );
      return selections.length === 0 ? undefined : { ...node, selections };
    },
  });

function variablesUsed(document: DocumentNode): Set<string> {
  const used = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Variable(node) {
      used.add(node.name.value);
    },
  });
  return used;
}
