import type { Language } from '../state/preferences.ts';

export const NOTHING = '–';

/** A decimal with its digits as they came, in groups of three. */
export function grouped(decimal: string | null | undefined): string {
  if (decimal === null || decimal === undefined) return NOTHING;
  const [whole = '', fraction] = decimal.split('.');
  const digits = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? digits : `${digits}.${fraction}`;
}

/** With at least as many decimals as another number has: differences of prices come without trailing zeros. */
export function withDecimalsOf(decimal: string, other: string): string {
  const [whole = '', fraction = ''] = decimal.split('.');
  const wanted = other.split('.')[1]?.length ?? 0;
  return wanted === 0 && fraction === '' ? whole : `${whole}.${fraction.padEnd(wanted, '0')}`;
}

const MINUS = '−';

/** With its sign, always: colour is never the only one to say it. */
export function signed(decimal: string | null | undefined, suffix = ''): string {
  if (decimal === null || decimal === undefined) return NOTHING;
  if (decimal.startsWith('-')) return `${MINUS}${grouped(decimal.slice(1))}${suffix}`;
  return `${Number(decimal) === 0 ? '' : '+'}${grouped(decimal)}${suffix}`;
}

export type Direction = 'up' | 'down' | 'flat';

export function directionOf(decimal: string | number | null | undefined): Direction {
  const value = Number(decimal ?? 0);
  return value > 0 ? 'up' : value < 0 ? 'down' : 'flat';
}

export const ARROW: Readonly<Record<Direction, string>> = { up: '▲', down: '▼', flat: '' };

const compactFormats = {
  en: new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 4 }),
  zh: new Intl.NumberFormat('zh-CN', { notation: 'compact', maximumSignificantDigits: 4 }),
};

/** 12.3M, 1230万 */
export function compact(value: string | number | null | undefined, language: Language): string {
  if (value === null || value === undefined) return NOTHING;
  return compactFormats[language].format(Number(value)).replace('-', MINUS);
}

/** The same with its sign. */
export function signedCompact(value: string | number, language: Language): string {
  const text = compact(value, language);
  return Number(value) > 0 ? `+${text}` : text;
}

export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B/s`;
  return `${(bytes / 1000).toFixed(bytes < 100_000 ? 1 : 0)} kB/s`;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(language: Language, timeStyle: 'short' | 'medium'): Intl.DateTimeFormat {
  const key = `${language} ${timeStyle}`;
  const known = clocks.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { timeStyle });
  clocks.set(key, made);
  return made;
}

/** The time of day, by the reader's clock. */
export function clock(at: string | number | null | undefined, language: Language): string {
  if (at === null || at === undefined) return NOTHING;
  return clockOf(language, 'medium').format(new Date(at));
}

const days = {
  en: new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' }),
  zh: new Intl.DateTimeFormat('zh-CN', { dateStyle: 'medium' }),
};

export const isSameDay = (one: string, other: string | number): boolean =>
  new Date(one).toDateString() === new Date(other).toDateString();

/** The day, by the reader's calendar. */
export const day = (at: string, language: Language): string => days[language].format(new Date(at));

/** The time of today, and of other days with the day. */
export const moment = (at: string, language: Language): string =>
  isSameDay(at, Date.now())
    ? clock(at, language)
    : `${day(at, language)} ${clockOf(language, 'short').format(new Date(at))}`;

export const hourAndMinute = (at: number, language: Language): string =>
  clockOf(language, 'short').format(at);

const moments = {
  en: new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' }),
  zh: new Intl.DateTimeFormat('zh-CN', { dateStyle: 'medium', timeStyle: 'short' }),
};

/** Date and time, by the reader's clock. */
export const dateAndTime = (at: number, language: Language): string => moments[language].format(at);

const dates = {
  en: new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' }),
  zh: new Intl.DateTimeFormat('zh-CN', { dateStyle: 'medium', timeZone: 'UTC' }),
};

/** The date in UTC. */
export const utcDate = (at: number, language: Language): string => dates[language].format(at);
