import { z } from 'zod';
import type { Variable } from './variable.ts';

/** When markets trade. */
export const CALENDAR_VARIABLES: readonly Variable[] = [
  {
    name: 'MARKET_CALENDARS',
    default: 'the tables that come with the server',
    meaning: 'JSON file of holidays and half days that replace the tables of the server',
    must: 'a file',
    schema: z.string().min(1).optional(),
  },
];

const DATES = z.record(z.iso.date(), z.string().min(1));
const YEAR = z
  .strictObject({ source: z.string().min(1), holidays: DATES, halfDays: DATES.default({}) })
  .superRefine(({ holidays, halfDays }, context) => {
    for (const date of Object.keys(halfDays)) {
      if (date in holidays)
        context.addIssue({ code: 'custom', message: `${date} is a holiday and a half day` });
    }
  });
const MARKET = z.record(z.string().regex(/^[0-9]{4}$/), YEAR).superRefine((years, context) => {
  for (const [year, { holidays, halfDays }] of Object.entries(years)) {
    for (const date of Object.keys({ ...holidays, ...halfDays })) {
      if (!date.startsWith(year))
        context.addIssue({ code: 'custom', message: `${date} is not of ${year}`, path: [year] });
    }
  }
});
const FILE = z.strictObject({ CN: MARKET.optional(), HK: MARKET.optional(), US: MARKET.optional() });

/**
 * The years of markets that an operator gives, from the parsed JSON of the file.
 * @throws Error with what is wrong, and where
 */
export function parseCalendars(json: unknown) {
  const parsed = FILE.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'cannot be read'}`);
  }
  return (['CN', 'HK', 'US'] as const).flatMap((market) =>
    Object.entries(parsed.data[market] ?? {}).map(([year, table]) => ({
      market,
      year: Number(year),
      ...table,
    })),
  );
}
