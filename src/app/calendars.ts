import { readFile } from 'node:fs/promises';
import { ConfigError } from '../config/config-error.ts';
import { parseCalendars } from '../config/market-calendars.ts';
import { Calendars } from '../market/calendar/calendars.ts';
import { endingTables, type HolidayOverrides } from '../market/calendar/holiday-tables.ts';
import type { Logger } from '../telemetry/logger.ts';

/**
 * When markets trade, with the operator's years in the place of ours. Warns of tables that end within a quarter.
 * @param file JSON: by market and year; undefined: ours alone
 * @throws ConfigError with a sentence that says what the file must be
 */
export async function readCalendars(file: string | undefined, log: Pick<Logger, 'warn'>): Promise<Calendars> {
  const overrides = file === undefined ? [] : await readOverrides(file);
  for (const { market, lastYear } of endingTables(overrides, Date.now())) {
    log.warn(
      { market, lastYear },
      `holidays of ${market} are known up to ${lastYear}: afterwards its sessions are UNKNOWN and its bars follow the clock. Add the next year to MARKET_CALENDARS, or update the server`,
    );
  }
  return new Calendars(overrides);
}

async function readOverrides(file: string): Promise<HolidayOverrides> {
  const wrong = (why: string, cause: unknown): ConfigError =>
    new ConfigError(
      `MARKET_CALENDARS must be a JSON file such as {"CN": {"2027": {"source": "…", "holidays": {"2027-01-01": "New Year"}, "halfDays": {}}}}; ${file} ${why}.`,
      { cause },
    );
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw wrong('cannot be read', error);
  });
  try {
    return parseCalendars(JSON.parse(text));
  } catch (error) {
    throw wrong(
      error instanceof SyntaxError ? 'is no JSON' : `has an error at ${(error as Error).message}`,
      error,
    );
  }
}
