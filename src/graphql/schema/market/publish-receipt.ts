import type { GraphQLResolveInfo } from 'graphql';
import { TickroomError } from '../../../errors.ts';
import { builder } from '../../builder/builder.ts';
import type { RejectedReport } from '../../context/bad-reports.ts';
import type { Context } from '../../context/context.ts';

/** What became of the reports of one mutation. */
export interface Receipt {
  readonly accepted: number;
  readonly duplicates?: number;
  readonly rejected?: readonly RejectedReport[];
}

const MAX_BATCH = 1000;

const RejectedReportType = builder.objectRef<RejectedReport>('RejectedReport').implement({
  description: 'A report that was not taken.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Its place in `input`, from 0.' }),
    code: t.exposeString('code', {
      description: 'The error code: INVALID_INPUT or INVALID_SYMBOL, for example.',
    }),
    message: t.exposeString('message', { description: 'What is wrong, with the value, and what is right.' }),
  }),
});

export const PublishReceipt = builder.objectRef<Receipt>('PublishReceipt').implement({
  description: 'What happened to the reports of one publish mutation.',
  fields: (t) => ({
    accepted: t.exposeInt('accepted', { description: 'How many reports were accepted.' }),
    duplicates: t.int({
      description: 'How many trades were known by their source and sourceSequence, so that they count once.',
      resolve: ({ duplicates }) => duplicates ?? 0,
    }),
    rejected: t.field({
      type: [RejectedReportType],
      description:
        'The reports that were not taken, each with its reason, in the order of `input`; the others were. When nothing was good the mutation fails instead.',
      resolve: ({ rejected }) => [...(rejected ?? [])],
    }),
  }),
});

/** The reports of a batch that may be taken, and why the others may not. */
export interface CheckedBatch<I> {
  readonly good: readonly I[];
  readonly rejected: readonly RejectedReport[];
}

/**
 * Sorts a batch.
 * @param check throws a TickroomError for a report that cannot be right
 * @throws TickroomError INVALID_INPUT for a batch of no or too many reports; the first report's error when none is good
 */
export function checkBatch<I>(
  input: readonly I[],
  context: Context,
  info: GraphQLResolveInfo,
  check: (report: I) => void,
): CheckedBatch<I> {
  if (input.length === 0 || input.length > MAX_BATCH) {
    throw new TickroomError(
      'INVALID_INPUT',
      `input holds ${input.length} reports: it must hold 1 to ${MAX_BATCH}; send more in several calls.`,
    );
  }
  const sorted = context.batches?.get(String(info.path.key));
  const rejected: RejectedReport[] = [...(sorted?.rejected ?? [])];
  const good: I[] = [];
  let first: TickroomError | undefined;
  input.forEach((report, i) => {
    try {
      check(report);
      good.push(report);
    } catch (error) {
      if (!(error instanceof TickroomError)) throw error;
      first ??= error;
      rejected.push({ index: sorted?.indexes[i] ?? i, code: error.code, message: error.message });
    }
  });
  if (good.length === 0 && first) throw first;
  return { good, rejected: rejected.sort((a, b) => a.index - b.index) };
}
