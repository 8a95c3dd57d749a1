import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** How large an operation is. Fragments count wherever they are spread. */
export interface Measures {
  /** of fields in fields, without introspection */
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  readonly rootFields: number;
  /**
   * Fields in the answer. Inside a list they count as often as its size, which is `first`, `last` or `depth` of the
   * field around it, or 50 where nothing says.
   */
  readonly cost: number;
}

type Variables = Readonly<Record<string, unknown>>;

/** Of a selection. Its cost is linear in the size of the list around it, which a fragment cannot know. */
interface Sums {
  depth: number;
  aliases: number;
  directives: number;
  /** fields right here, with those of fragments */
  fields: number;
  fixed: number;
  perSize: number;
}

/** Arguments that say how long the list below a field is. */
const SIZES: readonly string[] = ['first', 'last', 'depth'];
const UNKNOWN_SIZE = 50;

/**
 * Measures a document in one pass over its text; safe for documents that were not validated, circular ones too.
 * @param variables of the request; undefined: sizes that are variables count as 0, the least they can be
 * @returns the largest of each measure over its operations and fragments
 */
export function measureDocument(schema: GraphQLSchema, document: DocumentNode): Measures {
  const measuring = new Measuring(schema, document, undefined);
  const all = document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION
      ? [measuring.operation(node)]
      : node.kind === Kind.FRAGMENT_DEFINITION
        ? [measuring.fragment(node)]
        : [],
  );
  const largest = (of: (measures: Measures) => number): number => Math.max(0, ...all.map(of));
  return {
    depth: largest(({ depth }) => depth),
    aliases: largest(({ aliases }) => aliases),
    directives: largest(({ directives }) => directives),
    rootFields: largest(({ rootFields }) => rootFields),
    cost: largest(({ cost }) => cost),
  };
}

/** Costs of operations that no variable changes: most are asked for again and again. */
const constantCosts = new WeakMap<OperationDefinitionNode, number>();

/** @returns the cost of one operation of a validated document with its variables, see `Measures.cost` */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): number {
  const known = constantCosts.get(operation);
  if (known !== undefined) return known;
  const measuring = new Measuring(schema, document, { ...defaultsOf(operation), ...variables });
  const { cost } = measuring.operation(operation);
  if (!measuring.readVariables) constantCosts.set(operation, cost);
  return cost;
}

function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): Variables {
  return Object.fromEntries(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)]] : [],
    ),
  );
}

class Measuring {
  readonly #schema: GraphQLSchema;
  readonly #variables: Variables | undefined;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  /** undefined: being measured right now, so a spread of it is a circle, which validation refuses */
  readonly #measured = new Map<string, Sums | undefined>();

  /** whether a size was one */
  readVariables = false;

  constructor(schema: GraphQLSchema, document: DocumentNode, variables: Variables | undefined) {
    this.#schema = schema;
    this.#variables = variables;
    for (const node of document.definitions) {
      if (node.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(node.name.value, node);
    }
  }

  operation(node: OperationDefinitionNode): Measures {
    const sums = this.#selection(node.selectionSet, this.#schema.getRootType(node.operation) ?? undefined);
    const own =
      (node.directives?.length ?? 0) +
      (node.variableDefinitions ?? []).reduce((sum, { directives }) => sum + (directives?.length ?? 0), 0);
    return {
      depth: sums.depth,
      aliases: sums.aliases,
      directives: sums.directives + own,
      rootFields: sums.fields,
      cost: times(sums.perSize, UNKNOWN_SIZE) + sums.fixed,
    };
  }

  /** Of one that may be spread nowhere, and is validated all the same. */
  fragment(node: FragmentDefinitionNode): Measures {
    const { depth, aliases, directives, fixed, perSize } = this.#fragment(node.name.value) ?? nothing();
    return { depth, aliases, directives, rootFields: 0, cost: fixed + perSize };
  }

  #fragment(name: string): Sums | undefined {
    if (this.#measured.has(name)) return this.#measured.get(name);
    const node = this.#fragments.get(name);
    if (!node) return undefined;
    this.#measured.set(name, undefined);
    const sums = this.#selection(node.selectionSet, this.#schema.getType(node.typeCondition.name.value));
    sums.directives += node.directives?.length ?? 0;
    this.#measured.set(name, sums);
    return sums;
  }

  #selection({ selections }: SelectionSetNode, type: GraphQLNamedType | undefined): Sums {
    const sums = nothing();
    for (const node of selections) {
      sums.directives += node.directives?.length ?? 0;
      const inner = this.#inner(node, type);
      if (!inner) continue;
      sums.depth = Math.max(sums.depth, inner.depth);
      sums.aliases += inner.aliases;
      sums.directives += inner.directives;
      sums.fields += inner.fields;
      sums.fixed += inner.fixed;
      sums.perSize += inner.perSize;
    }
    // its depth is bounded by graphql-js, and its lists are what the schema is
    if (type?.name.startsWith('__')) sums.depth = 0;
    return sums;
  }

  #inner(node: SelectionNode, type: GraphQLNamedType | undefined): Sums | undefined {
    if (node.kind === Kind.FIELD) return this.#field(node, type);
    if (node.kind === Kind.FRAGMENT_SPREAD) return this.#fragment(node.name.value);
    const condition = node.typeCondition && this.#schema.getType(node.typeCondition.name.value);
    return this.#selection(node.selectionSet, condition ?? type);
  }

  #field(node: FieldNode, parent: GraphQLNamedType | undefined): Sums {
    const isMeta = node.name.value.startsWith('__');
    const definition =
      isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    const type = definition && getNamedType(definition.type);
    const meta = isMeta ? this.#schema.getType(META_TYPES[node.name.value] ?? '') : undefined;
    const inner = node.selectionSet ? this.#selection(node.selectionSet, meta ?? type) : nothing();
    const isList =
      definition && !parent?.name.startsWith('__') && isListType(getNullableType(definition.type));
    const sums = { ...inner, depth: inner.depth + 1, fields: 1 };
    if (node.alias) sums.aliases += 1;
    if (isList) {
      // lists in lists say nothing of their own size
      sums.fixed = 1;
      sums.perSize = inner.fixed + times(inner.perSize, UNKNOWN_SIZE);
    } else {
      const size = this.#sizeOf(node) ?? sizeByDefault(definition);
      sums.fixed = 1 + inner.fixed + (size === undefined ? 0 : times(inner.perSize, size));
      sums.perSize = size === undefined ? inner.perSize : 0;
    }
    return sums;
  }

  /** undefined: no argument says */
  #sizeOf({ arguments: args = [] }: FieldNode): number | undefined {
    const sizes = args.flatMap(({ name, value }) => {
      if (!SIZES.includes(name.value)) return [];
      if (value.kind === Kind.INT) return [Number(value.value)];
      if (value.kind !== Kind.VARIABLE) return [];
      this.readVariables = true;
      if (!this.#variables) return [0];
      const given = this.#variables[value.name.value];
      return typeof given === 'number' ? [given] : [];
    });
    return sizes.length === 0 ? undefined : Math.max(0, ...sizes);
  }
}

const META_TYPES: Readonly<Record<string, string>> = { __schema: '__Schema', __type: '__Type' };

/** undefined: the field takes no size */
function sizeByDefault(definition: GraphQLField<unknown, unknown> | undefined): number | undefined {
  const sizes = (definition?.args ?? []).filter(({ name }) => SIZES.includes(name));
  if (sizes.length === 0) return undefined;
  const given = sizes.map(({ defaultValue }) => defaultValue).find((value) => typeof value === 'number');
  return given ?? UNKNOWN_SIZE;
}

const nothing = (): Sums => ({ depth: 0, aliases: 0, directives: 0, fields: 0, fixed: 0, perSize: 0 });

/** Infinity × 0 is nothing here. */
const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : a * b);
