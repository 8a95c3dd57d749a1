import { type ExecutionArgs, execute, GraphQLError, type GraphQLSchema, getOperationAST } from 'graphql';
import type { Viewer } from '../auth/viewer.ts';
import type { Hub } from '../fanout/hub.ts';
import type { Member } from '../fanout/member.ts';
import type { Outbox } from '../fanout/outbox.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Context, Services } from './context.ts';
import { Documents } from './documents.ts';
import { createFormatError, type FormatError } from './format-error.ts';
import { Live, type LiveRequest, type LiveSource } from './live.ts';

export interface OperationRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** A request that may run: execution arguments, and for a subscription what to join. */
export interface PreparedOperation {
  readonly args: ExecutionArgs;
  readonly live: LiveSource | undefined;
}

export interface OperationsOptions {
  readonly schema: GraphQLSchema;
  readonly services: Services;
  readonly hub: Hub;
  readonly log: Pick<Logger, 'error'>;
}

/** The one way from a request to its execution, whatever transport it came by. */
export class Operations {
  readonly documents: Documents;
  readonly formatError: FormatError;
  readonly services: Services;
  readonly schema: GraphQLSchema;
  readonly #hub: Hub;
  readonly #live: Live;

  constructor({ schema, services, hub, log }: OperationsOptions) {
    this.schema = schema;
    this.services = services;
    this.#hub = hub;
    this.documents = new Documents(schema);
    this.formatError = createFormatError(log);
    this.#live = new Live({ schema, services, formatError: this.formatError });
  }

  contextOf(viewer: Viewer | null): Context {
    return { services: this.services, viewer };
  }

  /** Parses, validates and, for a subscription, checks arguments and access. Never throws: refusals are errors in the answer. */
  prepare(
    request: OperationRequest,
    viewer: Viewer | null,
  ): PreparedOperation | { readonly errors: GraphQLError[] } {
    const { document, errors } = this.documents.check(request.query);
    if (!document || errors.length > 0) return { errors: errors.map(this.formatError) };
    const ast = getOperationAST(document, request.operationName);
    if (!ast)
      return {
        errors: [this.formatError(new GraphQLError('Name the operation to run with operationName.'))],
      };
    const args = {
      schema: this.schema,
      document,
      operationName: request.operationName,
      variableValues: request.variables,
      contextValue: this.contextOf(viewer),
    };
    if (ast.operation !== 'subscription') return { args, live: undefined };
    const live = this.source({ ...args, context: args.contextValue });
    return 'errors' in live ? live : { args, live };
  }

  /** What a subscription joins, or why it may not. */
  source(request: LiveRequest): LiveSource | { readonly errors: GraphQLError[] } {
    try {
      const source = this.#live.source(request);
      return 'errors' in source ? { errors: source.errors.map(this.formatError) } : source;
    } catch (error) {
      return { errors: [this.formatError(error)] };
    }
  }

  /** Runs a query or mutation. */
  async execute(args: ExecutionArgs) {
    const result = await execute(args);
    return result.errors ? { ...result, errors: result.errors.map(this.formatError) } : result;
  }

  /** @throws whatever opening a topic throws */
  join(source: LiveSource, outbox: Outbox, head: string): Promise<Member> {
    return this.#hub.join({ ...source, outbox, head });
  }

  leave(member: Member): void {
    this.#hub.leave(member);
  }
}
