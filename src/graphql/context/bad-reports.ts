import {
  coerceInputValue,
  type ExecutionArgs,
  getOperationAST,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';
import type { FormatError } from './format-error.ts';

/** Why one report of a batch was not taken. */
export interface RejectedReport {
  /** its place in the batch as it was sent, from 0 */
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

/** What a publishing field is given of a batch in which some reports have no good form. */
export interface SortedBatch {
  /** of each report that is left, its place in the batch as it was sent */
  readonly indexes: readonly number[];
  readonly rejected: readonly RejectedReport[];
}

/** By the name or alias of the field. */
export type SortedBatches = ReadonlyMap<string, SortedBatch>;

/** Fields whose `input` is a batch of reports: a bad one is told in the receipt, and the others are taken. */
const BATCHES = new Set(['publishQuotes', 'publishTrades', 'publishInstruments', 'correctTrades']);
const MAX_SORTED = 1000;

/**
 * Takes the reports that have no good form out of the variables of a publishing mutation. To be called when its
 * variables were refused: a batch of good ones is looked at once.
 * @returns undefined: there is no such batch, or nothing in it is good
 */
export function withoutBadReports(
  { schema, document, operationName, variableValues }: ExecutionArgs,
  formatError: FormatError,
): { readonly variableValues: Record<string, unknown>; readonly batches: SortedBatches } | undefined {
  const operation = getOperationAST(document, operationName);
  if (operation?.operation !== 'mutation' || !variableValues) return undefined;
  const batches = new Map<string, SortedBatch>();
  const good: Record<string, unknown> = { ...variableValues };
  for (const { field, variable } of batchesOf(operation)) {
    const reports = variableValues[variable];
    const definition = operation.variableDefinitions?.find((one) => one.variable.name.value === variable);
    const type = definition && typeFromAST(schema, definition.type as never);
    const list = type && isNonNullType(type) ? type.ofType : type;
    if (!isListType(list) || !Array.isArray(reports) || reports.length > MAX_SORTED) return undefined;
    const rejected: RejectedReport[] = [];
    reports.forEach((report, index) => {
      const why = problemOf(report, list.ofType as never, formatError);
      if (why) rejected.push({ index, ...why });
    });
    const isRejected = new Set(rejected.map(({ index }) => index));
    const indexes = [...reports.keys()].filter((index) => !isRejected.has(index));
    if (indexes.length === 0) return undefined;
    good[variable] = indexes.map((index) => reports[index]);
    batches.set(field, { indexes, rejected });
  }
  return batches.size > 0 ? { variableValues: good, batches } : undefined;
}

function* batchesOf({
  selectionSet,
}: OperationDefinitionNode): Iterable<{ field: string; variable: string }> {
  for (const selection of selectionSet.selections) {
    if (selection.kind !== Kind.FIELD || !BATCHES.has(selection.name.value)) continue;
    const input = selection.arguments?.find(({ name }) => name.value === 'input')?.value;
    if (input?.kind !== Kind.VARIABLE) continue;
    yield { field: selection.alias?.value ?? selection.name.value, variable: input.name.value };
  }
}

/** The first thing wrong with a report. */
function problemOf(
  report: unknown,
  type: Parameters<typeof coerceInputValue>[1],
  formatError: FormatError,
): Pick<RejectedReport, 'code' | 'message'> | undefined {
  let problem: Pick<RejectedReport, 'code' | 'message'> | undefined;
  coerceInputValue(report, type, (path, _value, error) => {
    if (problem) return;
    const { message, extensions } = formatError(error);
    const field = path.length > 0 ? `${path.join('.')}: ` : '';
    problem = { code: String(extensions.code), message: field + message };
  });
  return problem;
}
