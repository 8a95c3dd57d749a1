import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
} from 'graphql';
import { code, generated, table } from './markdown.ts';

type Field = GraphQLField<unknown, unknown>;

const text = (description: string | null | undefined): string => description ?? '';
const deprecated = (reason: string | null | undefined): string =>
  reason ? ` **Deprecated**: ${reason}` : '';

/** `orderBook(symbol: Symbol!, depth: Int)` */
const signature = ({ name, args }: Field): string =>
  args.length === 0 ? name : `${name}(${args.map((arg) => `${arg.name}: ${arg.type}`).join(', ')})`;

function operations(title: string, fields: readonly Field[]): string {
  const sections = fields.map((field) => {
    const args = field.args.filter(({ description }) => description);
    return [
      `### ${field.name}`,
      '',
      `${code(`${signature(field)}: ${field.type}`)}`,
      '',
      `${text(field.description)}${deprecated(field.deprecationReason)}`,
      ...(args.length === 0
        ? []
        : [
            '',
            table(
              ['argument', 'meaning'],
              args.map((arg) => [code(arg.name), text(arg.description)]),
            ),
          ]),
    ].join('\n');
  });
  return [`## ${title}`, ...sections].join('\n\n');
}

function typeSection(type: GraphQLNamedType): string {
  const head = `### ${type.name}\n\n${text(type.description)}`;
  if (isScalarType(type)) return head;
  if (isUnionType(type)) {
    return `${head}\n\nOne of ${type
      .getTypes()
      .map(({ name }) => code(name))
      .join(', ')}.`;
  }
  if (isEnumType(type)) {
    const rows = type
      .getValues()
      .map(({ name, description, deprecationReason }) => [
        code(name),
        `${text(description)}${deprecated(deprecationReason)}`,
      ]);
    return `${head}\n\n${table(['value', 'meaning'], rows)}`;
  }
  const fields =
    isObjectType(type) || isInterfaceType(type) || isInputObjectType(type) ? type.getFields() : {};
  const rows = Object.values(fields).map((field) => [
    code('args' in field ? signature(field as Field) : field.name),
    code(String(field.type)),
    `${text(field.description)}${deprecated(field.deprecationReason)}`,
  ]);
  return `${head}\n\n${table(['field', 'type', 'meaning'], rows)}`;
}

/** The page of the schema: operations, then types by kind, each in alphabetical order. */
export function schemaPage(schema: GraphQLSchema): string {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const types = Object.values(schema.getTypeMap()).filter(
    (type) =>
      !isIntrospectionType(type) &&
      !isSpecifiedScalarType(type) &&
      !roots.some((root) => root?.name === type.name),
  );
  const kinds: [string, (type: GraphQLNamedType) => boolean][] = [
    ['Objects', isObjectType],
    ['Interfaces', isInterfaceType],
    ['Unions', isUnionType],
    ['Inputs', isInputObjectType],
    ['Enums', isEnumType],
    ['Scalars', isScalarType],
  ];
  const [query, mutation, subscription] = roots.map(
    (root) => Object.values(root?.getFields() ?? {}) as Field[],
  );
  return [
    `# Schema\n\n${generated('schema.graphql')}\n\nThe file \`schema.graphql\` has the same text for tools.`,
    operations('Subscriptions', subscription ?? []),
    operations('Queries', query ?? []),
    operations('Mutations', mutation ?? []),
    ...kinds.map(([title, isKind]) => [`## ${title}`, ...types.filter(isKind).map(typeSection)].join('\n\n')),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}
