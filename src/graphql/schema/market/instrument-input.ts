import { TickroomError } from '../../../errors.ts';
import type { InstrumentReport } from '../../../market/instruments/instrument-listing.ts';
import { builder } from '../../builder/builder.ts';
import { InstrumentTypeEnum, ListingStateEnum } from './instrument-enums.ts';

const MAX_NAME = 200;
const MAX_NAMES = 20;
/** Language, script and region: https://www.rfc-editor.org/rfc/rfc5646 */
const LANGUAGE = /^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?$/;
const CODE = /^[A-Z0-9]{2,12}$/;

const InstrumentNameInput = builder.inputType('InstrumentNameInput', {
  description: 'The name of an instrument in one language.',
  fields: (t) => ({
    language: t.string({
      required: true,
      description: 'BCP 47 tag, such as "en", "zh-Hans" or "zh-Hant-HK".',
    }),
    name: t.string({ required: true, description: `1 to ${MAX_NAME} characters.` }),
  }),
});

export const InstrumentInput = builder.inputType('InstrumentInput', {
  description:
    'What is known of an instrument. A field that is left out keeps its value, and null clears it.',
  fields: (t) => ({
    symbol: t.field({
      type: 'Symbol',
      required: true,
      description: 'The instrument, in any spelling that the server accepts.',
    }),
    name: t.string({ description: `Its name, 1 to ${MAX_NAME} characters.` }),
    names: t.field({
      type: [InstrumentNameInput],
      description: `Its names by language, all of them: up to ${MAX_NAMES}.`,
    }),
    type: t.field({ type: InstrumentTypeEnum, description: 'What it is. Default: what its symbol says.' }),
    exchange: t.string({
      description: 'Where it is listed, such as "SSE" or "XNAS". Default: what its symbol says.',
    }),
    currency: t.string({
      description:
        'The currency of its prices, by ISO 4217, or the quote coin. Default: what its symbol says.',
    }),
    lotSize: t.field({
      type: 'Decimal',
      description: 'The least that is traded at once, in shares, contracts or coins.',
    }),
    tickSize: t.field({ type: 'Decimal', description: 'The least step of a price.' }),
    limitUp: t.field({ type: 'Decimal', description: 'The highest price of the trading day.' }),
    limitDown: t.field({ type: 'Decimal', description: 'The lowest price of the trading day.' }),
    status: t.field({
      type: ListingStateEnum,
      description: 'Whether it may be traded; absent keeps what is known.',
    }),
  }),
});

/**
 * What an input says, checked.
 * @throws TickroomError INVALID_INPUT with the field, the value and the rule
 */
export function instrumentReport(input: typeof InstrumentInput.$inferInput): InstrumentReport {
  const { symbol, names, ...rest } = input;
  const wrong = (field: string, value: unknown, rule: string): never => {
    throw new TickroomError('INVALID_INPUT', `${field} of ${symbol} is ${JSON.stringify(value)}: ${rule}.`);
  };
  const isName = (text: string): boolean =>
    text.trim() === text && text.length >= 1 && text.length <= MAX_NAME;
  const nameRule = `it must have 1 to ${MAX_NAME} characters, without blanks around them`;
  if (rest.name != null && !isName(rest.name)) wrong('name', rest.name.slice(0, 40), nameRule);
  if (names && names.length > MAX_NAMES) wrong('names', names.length, `there may be ${MAX_NAMES} at most`);
  for (const { language, name } of names ?? []) {
    if (!LANGUAGE.test(language))
      wrong('language', language.slice(0, 40), 'use a tag such as "en" or "zh-Hans"');
    if (!isName(name)) wrong(`name in ${language}`, name.slice(0, 40), nameRule);
  }
  for (const field of ['exchange', 'currency'] as const) {
    const value = rest[field];
    if (value != null && !CODE.test(value))
      wrong(field, value.slice(0, 40), 'use 2 to 12 capitals or digits');
  }
  for (const field of ['lotSize', 'tickSize'] as const) {
    const value = rest[field];
    if (value != null && !(Number(value) > 0)) wrong(field, value, 'it must be above zero');
  }
  if (rest.limitUp != null && rest.limitDown != null && Number(rest.limitUp) < Number(rest.limitDown)) {
    wrong('limitUp', rest.limitUp, `it must not be below limitDown, ${rest.limitDown}`);
  }
  return {
    ...rest,
    symbol,
    names: names && Object.fromEntries(names.map(({ language, name }) => [language, name])),
  };
}
