import { Big } from 'big.js';
import { quoted, TickroomError } from '../../errors.ts';
import { isDecimalText } from '../../market/events/decimal.ts';
import type { BookLevel, BookReport } from '../../market/events/market-event.ts';
import { parseSymbol } from '../../market/symbols/resolve-symbol.ts';

/** Of one side, as for GraphQL publishers. */
const MAX_LEVELS = 5000;
/** An ISO time without an offset, as `datetime.now().isoformat()` writes it. */
const WITHOUT_OFFSET = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$/;
/** Numbers below are seconds since 1970, and numbers above are milliseconds: 1e11 s is the year 5138. */
const SECONDS_BELOW = 1e11;

/**
 * A whole book as old publishers post it: `{"bids", "asks", "timestamp"}`. Levels are `[price, size]`,
 * `[price, size, orderCount]` or objects with `price` and one of `size`, `volume` and `quantity`; numbers may be texts.
 * @throws TickroomError INVALID_SYMBOL, INVALID_INPUT
 */
export function readBook(symbol: string | null, body: unknown): BookReport {
  if (!symbol) throw invalid('symbol is missing: post to /broadcast/orderbook?symbol=AAPL.');
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid('The body must be a JSON object {"bids": […], "asks": […], "timestamp": …}.');
  }
  const { bids, asks, timestamp } = body as Record<string, unknown>;
  return {
    symbol: parseSymbol(symbol),
    bids: readSide('bids', bids),
    asks: readSide('asks', asks),
    exchangeTime: readTime(timestamp),
  };
}

function readSide(side: string, levels: unknown): BookLevel[] {
  if (!Array.isArray(levels)) throw invalid(`${side} must be a list of levels, such as [[150.1, 200]].`);
  if (levels.length > MAX_LEVELS) {
    throw invalid(`${side} has ${levels.length} levels: at most ${MAX_LEVELS} are taken.`);
  }
  return levels.map((level: unknown, at) => readLevel(`${side}[${at}]`, level));
}

function readLevel(where: string, level: unknown): BookLevel {
  const [price, size, orderCount] = partsOf(where, level);
  const report = {
    price: readNumber(`the price of ${where}`, price),
    size: readNumber(`the size of ${where}`, size),
  };
  if (report.size.startsWith('-')) {
    throw invalid(`The size of ${where} is ${report.size}: it must not be negative.`);
  }
  if (orderCount === undefined || orderCount === null) return report;
  if (!Number.isSafeInteger(orderCount) || Number(orderCount) < 0) {
    throw invalid(`The order count of ${where} is ${quoted(orderCount)}: it must be a whole number.`);
  }
  return { ...report, orderCount: Number(orderCount) };
}

function partsOf(where: string, level: unknown): readonly unknown[] {
  if (Array.isArray(level)) return level;
  if (typeof level === 'object' && level !== null) {
    const { price, size, volume, quantity, orderCount, order_count } = level as Record<string, unknown>;
    return [price, size ?? volume ?? quantity, orderCount ?? order_count];
  }
  throw invalid(`${where} is ${quoted(level)}: a level is [price, size] or {"price": …, "size": …}.`);
}

function readNumber(what: string, value: unknown): string {
  if (typeof value === 'string' && isDecimalText(value)) return value;
  if (typeof value === 'number' && Number.isFinite(value)) {
    // never with an exponent
    const text = new Big(value).toFixed();
    if (isDecimalText(text)) return text;
  }
  throw invalid(
    `${what.charAt(0).toUpperCase()}${what.slice(1)} is ${quoted(value)}: it must be a number, or a decimal as text.`,
  );
}

/** Epoch ms; null: it says no time. A time without an offset is taken for UTC. */
function readTime(timestamp: unknown): number | null {
  if (timestamp === undefined || timestamp === null) return null;
  if (typeof timestamp === 'number' && Number.isFinite(timestamp)) {
    return Math.round(timestamp < SECONDS_BELOW ? timestamp * 1000 : timestamp);
  }
  const text = typeof timestamp === 'string' ? timestamp.trim().replace(' ', 'T') : '';
  const time = Date.parse(WITHOUT_OFFSET.test(text) ? `${text}Z` : text);
  if (Number.isNaN(time)) {
    throw invalid(
      `timestamp is ${quoted(timestamp)}: it must be an ISO 8601 time, or seconds or milliseconds since 1970.`,
    );
  }
  return time;
}

const invalid = (message: string): TickroomError => new TickroomError('INVALID_INPUT', message);
