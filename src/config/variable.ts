import { z } from 'zod';

/** One environment variable. */
export interface Variable {
  readonly name: string;
  /** as the reference shows it */
  readonly default: string;
  readonly meaning: string;
  /** completes "NAME must be …" */
  readonly must: string;
  readonly schema: z.ZodType;
  /** of a limit: what the client gets beyond it */
  readonly answer?: string;
}

/** A whole number from `least` to `most`. */
export const integer = (least: number, most: number) =>
  z
    .string()
    .regex(/^[0-9]{1,15}$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most));
export const milliseconds = (name: string, byDefault: number, least: number, meaning: string): Variable => ({
  name,
  default: String(byDefault),
  meaning,
  must: `a whole number of milliseconds (${least}–86400000)`,
  schema: integer(least, 86_400_000).default(byDefault),
});
