import { createReadStream } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { instantOf, parseInstant } from '../../market/events/instant.ts';
import type { MarketSink } from '../../market/events/market-event.ts';

/** Something that happened at a recorded time. */
export interface Recorded {
  /** epoch ms */
  readonly at: number;
  deliver(sink: MarketSink): void;
}

/** Reads one recording. A line it does not understand is skipped. @throws Error when a file is missing */
export type ReadRecording = (file: string, symbol?: string) => AsyncIterable<Recorded>;

/** @throws Error in one sentence when the file cannot be read */
export async function checkRecording(file: string): Promise<void> {
  try {
    await access(file, constants.R_OK);
    if ((await stat(file)).isFile()) return;
  } catch (error) {
    throw new Error(`The recording ${file} cannot be read: check the path in FEEDS.`, { cause: error });
  }
  throw new Error(`The recording ${file} is not a file: check the path in FEEDS.`);
}

/** @throws Error in one sentence when the file cannot be read */
export async function* linesOf(file: string): AsyncIterable<string> {
  await checkRecording(file);
  yield* createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
}

/** A line `<address or nothing><epoch seconds>: <JSON>` of a recorded connection. */
export interface RecordedMessage {
  readonly at: number;
  /** what stands before the time, such as the address that answered */
  readonly from: string;
  readonly message: unknown;
}

const LINE = /^(.*?)([0-9]+(?:\.[0-9]+)?): ([[{].*)$/;

/** @returns undefined for connection marks, what a client sent, and lines that were cut off */
export function parseMessage(line: string): RecordedMessage | undefined {
  const [, from = '', seconds = '', json = ''] = LINE.exec(line) ?? [];
  if (!json || from.includes('<-')) return undefined;
  try {
    return { at: Math.round(Number(seconds) * 1000), from, message: JSON.parse(json) };
  } catch (error) {
    // a recording that was stopped ends in the middle of a line
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The time of an event as a source writes it: a number of any unit, digits as text, or RFC 3339; null for anything else. */
export function sourceTime(value: unknown): { exchangeTime: number | null; exchangeNanos: number } {
  const isText = typeof value === 'number' || typeof value === 'string';
  const instant = isText ? (instantOf(value) ?? parseInstant(String(value))) : undefined;
  return { exchangeTime: instant?.ms ?? null, exchangeNanos: instant?.nanos ?? 0 };
}

/** Whether a value of a recorded message may be looked into. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `[price, size, …]` pairs as exchanges write them; anything else is left out. */
export function levelsOf(value: unknown): { price: string; size: string }[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((level) =>
    Array.isArray(level) && typeof level[0] === 'string' && typeof level[1] === 'string'
      ? [{ price: level[0], size: level[1] }]
      : [],
  );
}
