import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
} from 'graphql';
import type { Execution, GroupRules } from '../../fanout/groups/group-rules.ts';
import { type Context, type Services, sharedContext } from '../context/context.ts';
import type { FormatError } from '../context/format-error.ts';
import { costOf } from '../execution/measure.ts';
import { checkSubscription, type OperationLimits, subscriptionCost } from '../execution/operation-limits.ts';
import type { LivePlan } from './live-field.ts';
import { analyseLiveOperation, type LiveOperation } from './live-operation.ts';
import type { LiveSubscription } from './live-subscription.ts';
import { checkRootSelection } from './root-selection.ts';
import { SharedExecutions } from './shared-executions.ts';

export interface LiveRequest {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues?: Readonly<Record<string, unknown>> | null | undefined;
  readonly context: Context;
}

/** A subscription whose document and variables are good, and of which nothing is open yet. */
export interface LiveOpening {
  readonly operation: LiveOperation;
  readonly args: Record<string, unknown>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly request: LiveRequest;
}

/** What the hub needs to let a subscriber join. */
export interface LiveSource extends Pick<LivePlan, 'topics' | 'ownTopics' | 'after' | 'from'> {
  readonly key: string;
  /** fields a second, see `subscriptionCost` */
  readonly cost: number;
  readonly rules: GroupRules;
}

export interface LiveOptions {
  readonly schema: GraphQLSchema;
  readonly services: Services;
  readonly formatError: FormatError;
  readonly operationLimits: OperationLimits;
  /** whether errors suggest names from the schema */
  readonly introspection: boolean;
}

/** Turns subscription documents into live sources: from here on the engine works without GraphQL. */
export class Live {
  readonly #schema: GraphQLSchema;
  readonly #services: Services;
  readonly #formatError: FormatError;
  readonly #analysed = new WeakMap<DocumentNode, Map<string, LiveOperation>>();

  readonly #executions = new SharedExecutions();
  readonly #operationLimits: OperationLimits;
  readonly #hideSuggestions: boolean;

  constructor(options: LiveOptions) {
    this.#schema = options.schema;
    this.#services = options.services;
    this.#formatError = options.formatError;
    this.#operationLimits = options.operationLimits;
    this.#hideSuggestions = !options.introspection;
  }

  /**
   * @param request a validated document
   * @returns errors when the variables do not fit
   */
  prepare(request: LiveRequest): LiveOpening | { readonly errors: readonly GraphQLError[] } {
    const operation = this.#operation(request);
    const coerced = getVariableValues(
      this.#schema,
      operation.operation.variableDefinitions ?? [],
      request.variableValues ?? {},
      { maxErrors: 10, hideSuggestions: this.#hideSuggestions },
    );
    if (!coerced.coerced) return { errors: coerced.errors ?? [] };
    const variables = coerced.coerced;
    checkRootSelection(operation.document, operation.operation, operation.rootField, variables);
    const args = getArgumentValues(operation.definition, operation.rootField, variables);
    return { operation, args, variables, request };
  }

  /** @throws TickroomError when the field refuses its arguments or its viewer, and when they ask for too much */
  async open(opening: LiveOpening, subscription: LiveSubscription): Promise<LiveSource> {
    const { operation, args, variables, request } = opening;
    const opened = operation.live.open(request.context, args, subscription);
    // most fields open at once, and ten thousand subscribers at once need not wait a turn each
    const { topics, ownTopics, after, from, ...plan } = opened instanceof Promise ? await opened : opened;
    const cost = costOf(this.#schema, operation.document, operation.operation, variables);
    const size = { cost, topics: topics.length, minIntervalMs: plan.minIntervalMs };
    checkSubscription(size, this.#operationLimits);
    const viewer = operation.dependsOnViewer ? (request.context.viewer?.id ?? null) : undefined;
    const values = operation.keyVariables.map((name) => variables[name]);
    const keyOf = (text: string): string =>
      JSON.stringify([text, values, plan.policy, plan.onlyChanges, plan.minIntervalMs, viewer]);
    return {
      topics,
      ownTopics,
      after,
      from,
      cost: subscriptionCost(size),
      key: keyOf(operation.keyText),
      rules: {
        ...plan,
        open: () => {
          const execute = this.#executor(operation, request, viewer === undefined);
          const { untypedText } = operation;
          // of other policies each group has payloads of its own, of which nothing can be shared
          if (untypedText === undefined || plan.policy === 'CATCH_UP') return { execute, close: () => {} };
          return this.#executions.open(keyOf(untypedText), untypedText !== operation.keyText, execute);
        },
      },
    };
  }

  #executor(operation: LiveOperation, request: LiveRequest, shared: boolean): Execution['execute'] {
    const contextValue = shared ? sharedContext(this.#services) : request.context;
    // the first member's variables stand for all: routing arguments differ, but no result depends on them
    const { variableValues } = request;
    return (payload) => {
      const result = execute({
        schema: this.#schema,
        document: operation.document,
        rootValue: payload,
        contextValue,
        variableValues,
      });
      if (result instanceof Promise) {
        result.catch(() => {});
        return { errors: [this.#formatError(new Error('A live field resolved asynchronously.'))] };
      }
      return this.#format(result as ExecutionResult);
    };
  }

  #format(result: ExecutionResult): object {
    return result.errors ? { ...result, errors: result.errors.map(this.#formatError) } : result;
  }

  #operation({ document, operationName }: LiveRequest): LiveOperation {
    let operations = this.#analysed.get(document);
    if (!operations) {
      operations = new Map();
      this.#analysed.set(document, operations);
    }
    const name = getOperationAST(document, operationName)?.name?.value ?? '';
    let operation = operations.get(name);
    if (!operation) {
      operation = analyseLiveOperation(this.#schema, document, name);
      operations.set(name, operation);
    }
    return operation;
  }
}
