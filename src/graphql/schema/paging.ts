import { type GraphQLSchema, isObjectType } from 'graphql';

const PAGING: Readonly<Record<string, string>> = {
  first: 'Returns at most so many items from the beginning, or from after the cursor: 0 to 100.',
  last: 'Returns at most so many items from the end, or from before the cursor: 0 to 100.',
  after: 'A cursor of this connection: returns items that come after it.',
  before: 'A cursor of this connection: returns items that come before it.',
};

/** Describes the arguments that Pothos gives every connection field, which it leaves without a description. */
export function describePaging(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const { args } of Object.values(type.getFields())) {
      for (const arg of args) arg.description ??= PAGING[arg.name];
    }
  }
  return schema;
}
