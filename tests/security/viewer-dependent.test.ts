import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isObjectType,
  isRequiredArgument,
  parse,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { type Services, sharedContext } from '../../src/graphql/context/context.ts';
import { isViewerDependent } from '../../src/graphql/live/live-field.ts';
import { analyseLiveOperation } from '../../src/graphql/live/live-operation.ts';
import { schema } from '../../src/graphql/schema/index.ts';

type Field = GraphQLField<unknown, unknown>;

/** Answers to whatever is asked of it, and to calls, with itself: resolvers get as far as they can. */
function anything(): unknown {
  const stand: object = new Proxy(() => stand, {
    get: (_target, name) => {
      if (name === Symbol.iterator) return () => [stand][Symbol.iterator]();
      if (name === Symbol.toPrimitive) return () => '1';
      if (name === 'then') return undefined;
      if (name === 'map') return (visit: (value: unknown) => unknown) => [visit(stand)];
      return stand;
    },
    apply: () => stand,
    has: () => true,
  });
  return stand;
}

/** Whether resolving the field reaches for who asks. */
async function reachesForViewer(field: Field): Promise<boolean> {
  let reached = false;
  const context = sharedContext(anything() as Services);
  const watched = new Proxy(context, {
    get(target, name) {
      if (name === 'viewer' || name === 'connection') reached = true;
      return Reflect.get(target, name);
    },
  });
  try {
    await field.resolve?.(anything(), anything() as never, watched, anything() as never);
  } catch (error) {
    // a stand-in is not what the resolver expects; what counts is what it reached for
    if (!(error instanceof Error)) throw error;
  }
  return reached;
}

/** Every object type that a subscription can select from. */
function liveTypes(): GraphQLObjectType[] {
  const seen = new Set<GraphQLNamedType>();
  const visit = (type: GraphQLNamedType): void => {
    if (seen.has(type)) return;
    seen.add(type);
    if (isAbstractType(type)) schema.getPossibleTypes(type).forEach(visit);
    if (isObjectType(type))
      for (const field of Object.values(type.getFields())) visit(getNamedType(field.type));
  };
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    visit(getNamedType(field.type));
  }
  return [...seen].filter(isObjectType);
}

const fieldsOf = (types: readonly GraphQLObjectType[]): (readonly [string, Field])[] =>
  types.flatMap((type) =>
    Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field] as const),
  );

describe('who asks', () => {
  it('V10 is reached for by declared fields only, of all that a subscription can select', async () => {
    const fields = fieldsOf(liveTypes());
    expect(fields.length).toBeGreaterThan(60);
    const undeclared: string[] = [];
    for (const [name, field] of fields) {
      if ((await reachesForViewer(field)) && !isViewerDependent(field)) undeclared.push(name);
    }
    expect(undeclared).toEqual([]);
  });

  it('V10 is reached for by declared fields only, of every object type, and each declared one does', async () => {
    const objects = Object.values(schema.getTypeMap()).filter(isObjectType);
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    const fields = fieldsOf(objects.filter((type) => !roots.includes(type) && !type.name.startsWith('__')));
    const reaching: string[] = [];
    for (const [name, field] of fields) if (await reachesForViewer(field)) reaching.push(name);
    expect(reaching.sort()).toEqual(
      fields
        .filter(([, field]) => isViewerDependent(field))
        .map(([name]) => name)
        .sort(),
    );
    expect(reaching).toContain('Room.viewerRole');
  });

  it('V10 is not reached for by any subscription field that resolves an event', async () => {
    for (const [name, field] of fieldsOf(
      [schema.getSubscriptionType()].filter((type) => type !== undefined && type !== null),
    )) {
      expect([name, await reachesForViewer(field)]).toEqual([name, false]);
    }
  });

  it('V10 is noticed by the search: a field that asks for the viewer is found', async () => {
    const asking = {
      resolve: (_root: unknown, _args: unknown, context: { viewer: unknown }) => context.viewer,
    };
    expect(await reachesForViewer(asking as unknown as Field)).toBe(true);
    const distant = {
      resolve: async (_root: unknown, _args: unknown, { viewer }: { viewer: unknown }) => viewer,
    };
    expect(await reachesForViewer(distant as unknown as Field)).toBe(true);
  });

  it('V10 is in the key of a subscription as soon as a declared field is selected, at any depth', () => {
    const depends = (query: string): boolean =>
      analyseLiveOperation(schema, parse(query), '').dependsOnViewer;
    for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
      const args = field.args.filter(isRequiredArgument).map(({ name, type }) => {
        const isList = String(type).startsWith('[');
        const value = String(getNamedType(type)) === 'Symbol' ? '"AAPL"' : '"x"';
        return `${name}: ${isList ? `[${value}]` : value}`;
      });
      const call = `${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}`;
      expect([call, depends(`subscription { ${call} { __typename } }`)]).toEqual([call, false]);
    }
  });
});
