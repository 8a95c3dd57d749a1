import { GraphQLError, GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';
import { quoted, TickroomError } from '../../errors.ts';
import { type Instant, parseInstant } from '../../market/events/instant.ts';
import { parseSymbol } from '../../market/symbols/symbol.ts';
import { type CursorValue, decodeCursor, encodeCursor } from '../context/cursor.ts';

const DECIMAL = /^-?(?:0|[1-9][0-9]{0,29})(?:\.[0-9]{1,30})?$/;

function parseDecimal(value: unknown): string {
  if (typeof value === 'string' && DECIMAL.test(value)) return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw new TickroomError(
    'INVALID_INPUT',
    `${quoted(value)} is not a Decimal: write it as text such as "12.50" (a float would lose digits).`,
  );
}

function parseDateTime(value: unknown): Instant {
  const instant = typeof value === 'string' ? parseInstant(value) : undefined;
  if (instant) return instant;
  throw new TickroomError(
    'INVALID_INPUT',
    `${quoted(value)} is not a DateTime: use a moment that the calendar has, as RFC 3339 with a zone, such as "2026-11-23T01:30:00.000Z".`,
  );
}

function parseSafeInt(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new TickroomError('INVALID_INPUT', `${quoted(value)} is not an integer within ±(2^53−1).`);
}

function fromLiteral<T>(parse: (value: unknown) => T, ...kinds: Kind[]): (node: ValueNode) => T {
  return (node) => {
    if (!kinds.includes(node.kind)) {
      throw new GraphQLError('This literal is of the wrong kind.', {
        nodes: node,
        extensions: { code: 'INVALID_INPUT' },
      });
    }
    const value = node.kind === Kind.INT ? Number(node.value) : 'value' in node ? node.value : undefined;
    return parse(value);
  };
}

export const SymbolScalar = new GraphQLScalarType<string, string>({
  name: 'Symbol',
  description:
    'An instrument. Any spelling in use is accepted ("600519.SS", "sh600519", "0700.HK", "BRK-B", "aapl", "BTC-USDT", "SHFE.rb2501", "EURUSD"), and every answer carries the canonical one: "600519" (6-digit A-share; an index keeps its exchange, "SH.000001"), "AAPL" and "BRK.B" (US), "HK.00700", "SHFE.rb2501" (futures), "BTC/USDT" (crypto pair), "BTC/USDT:USDT" (perpetual), "USD/CNH" (currencies). Clients key by the symbol of the answer. Anything else is refused with INVALID_SYMBOL.',
  serialize: String,
  parseValue: parseSymbol,
  parseLiteral: fromLiteral(parseSymbol, Kind.STRING),
});

export const DecimalScalar = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description:
    'An exact decimal number as a JSON string, digits as the source wrote them. Input: a string or an integer literal, never a float.',
  serialize: String,
  parseValue: parseDecimal,
  parseLiteral: (node) => {
    if (node.kind === Kind.INT && !/^-?[0-9]{1,30}$/.test(node.value)) return parseDecimal(node.value);
    return node.kind === Kind.INT ? node.value : fromLiteral(parseDecimal, Kind.STRING)(node);
  },
});

export const DateTimeScalar = new GraphQLScalarType<Instant, string>({
  name: 'DateTime',
  description:
    'An instant as RFC 3339 in UTC with milliseconds, such as "2026-11-23T01:30:00.000Z". As input any zone is taken, and up to nine decimals: what is finer than a millisecond orders events.',
  serialize: (value) => new Date(Number(value)).toISOString(),
  parseValue: parseDateTime,
  parseLiteral: fromLiteral(parseDateTime, Kind.STRING),
});

export const SafeIntScalar = new GraphQLScalarType<number, number>({
  name: 'SafeInt',
  description: 'An integer up to 2^53 − 1: sequences and counters.',
  serialize: Number,
  parseValue: parseSafeInt,
  parseLiteral: fromLiteral(parseSafeInt, Kind.INT),
});

export const JsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value: an object, list, string, number, boolean or null.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});

export const CursorScalar = new GraphQLScalarType<CursorValue, string>({
  name: 'Cursor',
  description:
    'A place in a room, in an inbox or among the events of a symbol, as text that means nothing to you: pass back what you received to go on from there.',
  serialize: (value) => encodeCursor(value as CursorValue),
  parseValue: decodeCursor,
  parseLiteral: fromLiteral(decodeCursor, Kind.STRING),
});
