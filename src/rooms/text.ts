import { TickroomError } from '../errors.ts';

/** What PostgreSQL cannot store as text: NUL, and halves of characters. */
const UNSTORABLE = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;
/** Controls, and characters that turn the direction of what follows or are not seen: they make names look like others. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
const MISLEADING = /[\u0000-\u001F\u007F-\u009F\u00AD\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/;
const VISIBLE = /[^\s\u3164\u115F\u1160\uFFA0\u2800\p{Cf}]/u;

/** Characters as people count them, emoji of several parts excepted. */
const lengthOf = (text: string): number => (text.length > 100_000 ? text.length : [...text].length);

export interface TextRule {
  /** as the schema names the field */
  readonly field: string;
  readonly least: number;
  readonly most: number;
  /** one line, trimmed, without characters that mislead */
  readonly isName?: boolean;
}

/**
 * @returns the text; of a name, trimmed and in one normal form
 * @throws TickroomError INVALID_INPUT
 */
export function parseText(text: string, { field, least, most, isName = false }: TextRule): string {
  const parsed = isName ? text.normalize('NFC').trim() : text;
  const length = lengthOf(parsed);
  if (length < least || length > most) {
    const given = length === 0 ? 'it is empty' : `it has ${length.toLocaleString('en')}`;
    throw invalid(`${field} must have ${least} to ${most.toLocaleString('en')} characters; ${given}.`);
  }
  if (UNSTORABLE.test(parsed)) throw invalid(`${field} must not hold NUL or halves of characters.`);
  if (isName && MISLEADING.test(parsed)) {
    throw invalid(`${field} must not hold control characters or characters that are not seen.`);
  }
  if (least > 0 && !VISIBLE.test(parsed)) throw invalid(`${field} must hold something to see.`);
  return parsed;
}

export const invalid = (message: string): TickroomError => new TickroomError('INVALID_INPUT', message);

const MAX_METADATA_BYTES = 16_384;
const MAX_DEPTH = 10;

/**
 * @returns null for none
 * @throws TickroomError INVALID_INPUT
 */
export function parseMetadata(metadata: unknown): unknown {
  if (metadata === undefined || metadata === null) return null;
  if (depthOf(metadata) > MAX_DEPTH) throw invalid(`metadata must not be nested deeper than ${MAX_DEPTH}.`);
  const text = JSON.stringify(metadata);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_METADATA_BYTES) {
    throw invalid(
      `metadata must have at most ${MAX_METADATA_BYTES.toLocaleString('en')} bytes as JSON; it has ${bytes.toLocaleString('en')}.`,
    );
  }
  // escaped in JSON, and no more storable than in texts
  if (/\\u0000|\\ud[89a-f]/i.test(text)) throw invalid('metadata must not hold NUL or halves of characters.');
  return metadata;
}

function depthOf(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return depth;
  return Math.max(depth + 1, ...Object.values(value).map((inner) => depthOf(inner, depth + 1)));
}
