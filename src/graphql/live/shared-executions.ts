import type { Execution } from '../../fanout/groups/group-rules.ts';

type Execute = Execution['execute'];

/** Groups whose selections differ in `__typename` only. */
interface Family {
  /** Executes the selection with `__typename`; undefined: no group selects it. */
  typed: Execute | undefined;
  /** groups without `__typename`: there is one at most, since their keys are equal */
  untyped: number;
  /** what `typed` was executed on last, and its result; kept while both kinds exist */
  payload: unknown;
  result: object | undefined;
}

/**
 * One execution for groups whose selections differ in `__typename` only. Apollo Client and graphcache add it to every
 * selection, urql and graphql-ws do not, so one selection of two apps is two groups with different bytes. The selection
 * with `__typename` is executed, and the result of the other one is the same without it.
 */
export class SharedExecutions {
  readonly #families = new Map<string, Family>();

  /**
   * @param key equal for groups that differ in `__typename` only
   * @param isTyped whether the group selects `__typename`
   */
  open(key: string, isTyped: boolean, execute: Execute): Execution {
    const family = this.#families.get(key) ?? {
      typed: undefined,
      untyped: 0,
      payload: undefined,
      result: undefined,
    };
    this.#families.set(key, family);
    const execution = isTyped ? openTyped(family, execute) : openUntyped(family, execute);
    return {
      execute: execution.execute,
      close: () => {
        execution.close();
        family.payload = undefined;
        family.result = undefined;
        if (family.typed === undefined && family.untyped === 0) this.#families.delete(key);
      },
    };
  }
}

function openTyped(family: Family, execute: Execute): Execution {
  const own: Execute = (payload) => {
    if (family.untyped === 0) return execute(payload);
    return executeOnce(family, execute, payload);
  };
  // selections may have `__typename` at different places: one of them is shared
  if (family.typed) return { execute, close: () => {} };
  family.typed = execute;
  return {
    execute: own,
    close: () => {
      family.typed = undefined;
    },
  };
}

function openUntyped(family: Family, execute: Execute): Execution {
  family.untyped += 1;
  return {
    execute: (payload) => {
      if (!family.typed) return execute(payload);
      const result = executeOnce(family, family.typed, payload);
      // errors name places in the document, which are others in the other one
      return 'errors' in result ? execute(payload) : (withoutTypename(result) as object);
    },
    close: () => {
      family.untyped -= 1;
    },
  };
}

function executeOnce(family: Family, execute: Execute, payload: unknown): object {
  if (family.result === undefined || family.payload !== payload) {
    family.result = execute(payload);
    family.payload = payload;
  }
  return family.result;
}

/** A copy of a result, in the order of its fields. */
function withoutTypename(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTypename);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    if (name !== '__typename') copy[name] = withoutTypename(field);
  }
  return copy;
}
