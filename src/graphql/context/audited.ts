import type { Act } from '../../telemetry/audit.ts';
import type { Context } from './context.ts';
import { actorOf, refusalOf } from './refusals.ts';

/** Refusals that were told with their target, and need not be told again without it. */
const told = new WeakSet<object>();

/** Runs an administrative act, and tells the audit trail of it. */
export async function audited<T>(context: Context, act: Act, run: () => Promise<T>): Promise<T> {
  const { audit } = context.services;
  try {
    const result = await run();
    audit.done(actorOf(context), act);
    return result;
  } catch (error) {
    const code = refusalOf(error);
    if (code) {
      audit.refused(actorOf(context), act, code);
      if (typeof error === 'object' && error !== null) told.add(error);
    }
    throw error;
  }
}

/** Whether `audited` told the error that graphql-js wrapped. */
export const wasTold = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && told.has(error);
