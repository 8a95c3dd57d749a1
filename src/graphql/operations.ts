import {
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
} from 'graphql';
import type { TickroomError } from '../errors.ts';
import type { Hub } from '../fanout/hub.ts';
import type { ProgressKeeper } from '../fanout/resume/progress-keeper.ts';
import type { CountedConnection, Limits } from '../limits/limits.ts';
import { rateLimited } from '../limits/rate-limited.ts';
import type { Logger } from '../telemetry/logger.ts';
import { wasTold } from './context/audited.ts';
import { withoutBadReports } from './context/bad-reports.ts';
import type { Caller, Context, Services } from './context/context.ts';
import { createFormatError, type FormatError, meantError } from './context/format-error.ts';
import { actorOf, refusalOf } from './context/refusals.ts';
import { Documents } from './execution/documents.ts';
import { ExpensiveTurns } from './execution/expensive-turns.ts';
import { costOf } from './execution/measure.ts';
import { checkCost, type OperationLimits } from './execution/operation-limits.ts';
import { isPublication, publishesOnly } from './execution/publishing.ts';
import { type DocumentRequest, documentText, type TrustedDocuments } from './execution/trusted-documents.ts';
import { Live, type LiveOpening, type LiveRequest } from './live/live.ts';
import type { LiveSubscription } from './live/live-subscription.ts';
import { type OpenRequest, Subscriptions } from './live/subscriptions.ts';

export interface OperationRequest extends DocumentRequest {
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** A request that may run: execution arguments, and for a subscription what to open. */
export interface PreparedOperation {
  readonly args: ExecutionArgs;
  readonly live: LiveOpening | undefined;
}

export interface OperationsOptions {
  readonly schema: GraphQLSchema;
  readonly services: Services;
  readonly hub: Hub;
  readonly progress: ProgressKeeper;
  readonly limits: Limits;
  readonly log: Pick<Logger, 'error'>;
  readonly operationLimits: OperationLimits;
  /** whether the schema may be asked for, and errors suggest names from it */
  readonly introspection: boolean;
  /** undefined: any document may run */
  readonly trusted: TrustedDocuments | undefined;
}

/** From this cost on, an operation waits for a turn of the loop of its own. */
const EXPENSIVE = 500;

type OperationToWeigh = Pick<LiveRequest, 'document' | 'operationName' | 'variableValues'>;

/** The one way from a request to its execution, whatever transport it came by. */
export class Operations {
  readonly documents: Documents;
  readonly formatError: FormatError;
  readonly services: Services;
  readonly schema: GraphQLSchema;
  readonly #limits: Limits;
  readonly #live: Live;
  readonly #subscriptions: Subscriptions;
  readonly #operationLimits: OperationLimits;
  readonly #hideSuggestions: boolean;
  readonly #trusted: TrustedDocuments | undefined;
  readonly #expensive = new ExpensiveTurns();

  constructor({
    schema,
    services,
    hub,
    progress,
    limits,
    log,
    operationLimits,
    introspection,
    trusted,
  }: OperationsOptions) {
    this.schema = schema;
    this.services = services;
    this.#limits = limits;
    this.#operationLimits = operationLimits;
    this.#hideSuggestions = !introspection;
    this.#trusted = trusted;
    this.documents = new Documents({ schema, limits: operationLimits, introspection });
    this.formatError = createFormatError(log);
    this.#live = new Live({
      schema,
      services,
      formatError: this.formatError,
      operationLimits,
      introspection,
    });
    this.#subscriptions = new Subscriptions({
      live: this.#live,
      hub,
      progress,
      selections: limits.selections,
    });
  }

  /**
   * The document's text, which a request may name instead of sending it.
   * @throws TickroomError when there is none of that name, or it may not run
   */
  textOf(request: DocumentRequest): string {
    return documentText(request, this.#trusted);
  }

  contextOf({ viewer, connection, address }: Caller): Context {
    return { services: this.services, viewer, connection, address };
  }

  /**
   * Counts an operation before anything is done for it.
   * @param counted the connection it came by, where it is known
   * @returns why it is refused
   */
  admit(
    request: OperationRequest,
    caller: Caller,
    counted: CountedConnection | undefined,
  ): TickroomError | undefined {
    const { viewer, address = '' } = caller;
    const refusal = isPublication(this.documents, { ...request, query: this.#knownText(request) }, viewer)
      ? this.#limits.publication(viewer)
      : this.#limits.operation({ viewer, address }, counted);
    if (refusal) this.audit(refusal, caller, 'operation');
    return refusal;
  }

  /** Of a request that names no document that may run, nothing: why is said when it is prepared. */
  #knownText(request: OperationRequest): string {
    try {
      return this.textOf(request);
    } catch {
      return '';
    }
  }

  /** Tells the audit trail of errors that are refusals. @param what the act, where the error does not know its field */
  audit(error: unknown, caller: Caller, what: string): void {
    const code = refusalOf(error);
    if (!code || wasTold(meantError(error))) return;
    const node = error instanceof GraphQLError ? error.nodes?.[0] : undefined;
    const field = node?.kind === Kind.FIELD ? node.name.value : what;
    this.services.audit.refused(actorOf(caller), { what: field }, code);
  }

  /** Parses, validates and, for a subscription, checks variables. Never throws: refusals are errors in the answer. */
  prepare(
    request: OperationRequest,
    caller: Caller,
  ): PreparedOperation | { readonly errors: GraphQLError[] } {
    try {
      return this.#prepare(this.textOf(request), request, caller);
    } catch (error) {
      return { errors: [this.formatError(error)] };
    }
  }

  #prepare(text: string, request: OperationRequest, caller: Caller): ReturnType<Operations['prepare']> {
    const { document, errors } = this.documents.check(text);
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
      contextValue: this.contextOf(caller),
    };
    if (ast.operation !== 'subscription') return { args, live: undefined };
    const live = this.prepareLive({ ...args, context: args.contextValue });
    return 'errors' in live ? live : { args, live };
  }

  /** The same for a subscription whose document was checked before. */
  prepareLive(request: LiveRequest): LiveOpening | { readonly errors: GraphQLError[] } {
    try {
      this.#checkCost(request);
      const opening = this.#live.prepare(request);
      return 'errors' in opening ? { errors: opening.errors.map(this.formatError) } : opening;
    } catch (error) {
      return { errors: [this.formatError(error)] };
    }
  }

  /** Runs a query or mutation. Never throws: refusals are errors in the answer. */
  async execute(args: ExecutionArgs): Promise<ExecutionResult> {
    try {
      await this.#spend(this.#checkCost(args), args);
    } catch (error) {
      this.audit(error, args.contextValue as Context, 'operation');
      return { errors: [this.formatError(error)] };
    }
    const result = await this.#run({ ...args, hideSuggestions: this.#hideSuggestions });
    for (const error of result.errors ?? []) this.audit(error, args.contextValue as Context, 'operation');
    return result.errors ? { ...result, errors: result.errors.map(this.formatError) } : result;
  }

  /** Of a publishing mutation the good reports run, when that others are bad is all that is wrong with it. */
  async #run(args: ExecutionArgs): Promise<ExecutionResult> {
    const result = await execute(args);
    if (result.data !== undefined) return result;
    const sorted = withoutBadReports(args, this.formatError);
    if (!sorted) return result;
    const contextValue = { ...(args.contextValue as Context), batches: sorted.batches };
    const second = await execute({ ...args, variableValues: sorted.variableValues, contextValue });
    // something else is wrong, too: that is told as it was
    return second.data === undefined ? result : second;
  }

  /** @throws TickroomError INVALID_INPUT when its variables make a document too expensive */
  #checkCost({ document, operationName, variableValues }: OperationToWeigh): number {
    const operation = getOperationAST(document, operationName);
    if (!operation) return 0;
    const cost = costOf(this.schema, document, operation, variableValues ?? {});
    checkCost(cost, this.#operationLimits);
    return cost;
  }

  /**
   * Counts what an operation costs, and waits where it costs much. Publishing has an allowance of its own.
   * @throws TickroomError RATE_LIMIT_EXCEEDED
   */
  async #spend(cost: number, { document, operationName, contextValue }: ExecutionArgs): Promise<void> {
    const { viewer, connection, address = '' } = contextValue as Context;
    const operation = getOperationAST(document, operationName);
    if (viewer && operation && publishesOnly(operation)) return;
    const refusal = this.#limits.cost({ viewer, address }, cost, connection);
    if (refusal) throw refusal;
    if (cost < EXPENSIVE) return;
    const isTurn = await this.#expensive.turn(viewer?.id ?? connection ?? address);
    if (!isTurn) throw rateLimited('expensive operations of yours at one time', 1000);
  }

  dispose(): void {
    this.#expensive[Symbol.dispose]();
  }

  /**
   * Opens a subscription and joins what it asks for, until the subscription closes.
   * @throws TickroomError when it is refused, and whatever opening a topic throws; the caller then closes it
   */
  async open(opening: LiveOpening, subscription: LiveSubscription, request: OpenRequest): Promise<void> {
    try {
      await this.#subscriptions.open(opening, subscription, request);
    } catch (error) {
      this.audit(error, opening.request.context, opening.operation.rootField.name.value);
      throw error;
    }
  }
}
