/** Of one source, symbol and trading day so many parts are kept: the newest 10,000 sequences. */
export const MAX_PARTS = 10;
/** Each part is kept for so long after the last sequence in it. */
export const KEEP_SEQUENCES_MS = 86_400_000;
/**
 * Of all symbols and sources together. Measured on Node.js 20: a number takes 10.6 bytes, a text of 16 characters 54, one
 * of 36 characters 77; so all of them take 42 MB as numbers, and 310 MB as texts of 36 characters.
 */
const MAX_SEQUENCES = 4_000_000;
/** Symbols, sources and trading days together: each takes some 700 bytes beside its sequences, so all of them 70 MB. */
const MAX_SCOPES = 100_000;
const PART_SIZE = 1000;

/** Which numbering a sequence belongs to. Sources may number each trading day anew. */
export interface SequenceScope {
  readonly symbol: string;
  readonly source: string;
  /** start of the trading day of the trade, epoch ms */
  readonly day: number;
}

/** Up to 1,000 sequences of a scope, in the order in which they came: what is stored as one row. */
export interface SequencePart {
  readonly scope: SequenceScope;
  /** rising within a scope */
  readonly part: number;
  /** numbers, pairs of the first and last of contiguous ones, and texts that are no numbers */
  readonly sequences: readonly (number | readonly [first: number, last: number] | string)[];
  /** epoch ms */
  readonly seenAt: number;
}

/** Numbers are kept sorted in one array, since a set of them takes four times the memory. */
class Part {
  readonly number: number;
  readonly numbers: number[] = [];
  readonly texts = new Set<string>();
  seenAt = 0;
  isChanged = false;

  constructor(number: number) {
    this.number = number;
  }

  get size(): number {
    return this.numbers.length + this.texts.size;
  }
}

class Window {
  readonly scope: SequenceScope;
  parts: Part[] = [];
  /** the highest number of all parts: what is above it is new without a search */
  highest = Number.NEGATIVE_INFINITY;

  constructor(scope: SequenceScope) {
    this.scope = scope;
  }

  get size(): number {
    return this.parts.reduce((sum, part) => sum + part.size, 0);
  }
}

/** What is known at most; beyond it the scopes that were used least recently are forgotten. */
export interface SequenceBounds {
  /** @default 4,000,000 */
  readonly maxSequences?: number;
  /** @default 100,000 */
  readonly maxScopes?: number;
}

/**
 * The trades that sources have sent lately, by their own sequences, so that one that is sent again counts once. Of each
 * symbol, source and trading day the newest 10,000 are known, for 24 hours, and of all together 4,000,000 in 100,000 scopes.
 */
export class SeenSequences {
  readonly #maxSequences: number;
  readonly #maxScopes: number;
  /** the ones used last at the end */
  readonly #windows = new Map<string, Window>();
  #size = 0;

  constructor({ maxSequences = MAX_SEQUENCES, maxScopes = MAX_SCOPES }: SequenceBounds = {}) {
    this.#maxSequences = maxSequences;
    this.#maxScopes = maxScopes;
  }

  /** How many sequences are known. */
  get size(): number {
    return this.#size;
  }

  /** Notes a sequence. @returns false: it is known, so its trade is a duplicate */
  add(scope: SequenceScope, sequence: string, now: number): boolean {
    const key = keyOf(scope);
    let window = this.#windows.get(key);
    if (window) this.#windows.delete(key);
    else window = new Window(scope);
    this.#windows.set(key, window);
    const number = numberOf(sequence);
    if (isKnown(window, sequence, number)) return false;
    let part = window.parts.at(-1);
    if (!part || part.size >= PART_SIZE) {
      part = new Part((part?.number ?? -1) + 1);
      window.parts.push(part);
      if (window.parts.length > MAX_PARTS) this.#size -= window.parts.shift()?.size ?? 0;
    }
    if (number === undefined) {
      part.texts.add(sequence);
    } else {
      insert(part.numbers, number);
      if (number > window.highest) window.highest = number;
    }
    part.seenAt = now;
    part.isChanged = true;
    this.#size += 1;
    this.#keepBounds();
    return true;
  }

  /** Whether a sequence was noted and is still known. */
  has(scope: SequenceScope, sequence: string): boolean {
    const window = this.#windows.get(keyOf(scope));
    return window !== undefined && isKnown(window, sequence, numberOf(sequence));
  }

  /** Forgets a sequence whose trade was not taken, so that it may be sent again. */
  remove(scope: SequenceScope, sequence: string): void {
    const number = numberOf(sequence);
    for (const part of this.#windows.get(keyOf(scope))?.parts ?? []) {
      const at = number === undefined ? -1 : find(part.numbers, number);
      if (at >= 0) part.numbers.splice(at, 1);
      else if (!part.texts.delete(sequence)) continue;
      part.isChanged = true;
      this.#size -= 1;
    }
  }

  /** The parts that changed since they were asked for last. */
  takeChanged(): SequencePart[] {
    const changed: SequencePart[] = [];
    for (const { scope, parts } of this.#windows.values()) {
      for (const part of parts) {
        if (!part.isChanged) continue;
        part.isChanged = false;
        const sequences = [...rangesOf(part.numbers), ...part.texts];
        changed.push({ scope, part: part.number, sequences, seenAt: part.seenAt });
      }
    }
    return changed;
  }

  /** Parts that could not be stored count as changed again. */
  giveBack(parts: readonly SequencePart[]): void {
    for (const { scope, part } of parts) {
      const found = this.#windows.get(keyOf(scope))?.parts.find(({ number }) => number === part);
      if (found) found.isChanged = true;
    }
  }

  /** Takes parts that were stored: the scopes used last at the end, and those of one scope in rising order. */
  restore({ scope, part: number, sequences, seenAt }: SequencePart): void {
    const key = keyOf(scope);
    const window = this.#windows.get(key) ?? new Window(scope);
    this.#windows.delete(key);
    this.#windows.set(key, window);
    const part = new Part(number);
    part.seenAt = seenAt;
    for (const one of sequences) {
      if (typeof one === 'string') {
        part.texts.add(one);
        continue;
      }
      const [first, last] = typeof one === 'number' ? [one, one] : one;
      for (let sequence = first; sequence <= last; sequence += 1) part.numbers.push(sequence);
    }
    part.numbers.sort((a, b) => a - b);
    window.parts.push(part);
    window.highest = Math.max(window.highest, part.numbers.at(-1) ?? Number.NEGATIVE_INFINITY);
    this.#size += part.size;
    if (window.parts.length > MAX_PARTS) this.#size -= window.parts.shift()?.size ?? 0;
    this.#keepBounds();
  }

  /** Forgets what was not seen for 24 hours. */
  prune(now: number): void {
    for (const [key, window] of this.#windows) {
      const kept = window.parts.filter(({ seenAt }) => now - seenAt < KEEP_SEQUENCES_MS);
      if (kept.length === window.parts.length) continue;
      this.#size -= window.size;
      window.parts = kept;
      this.#size += window.size;
      if (kept.length === 0) this.#windows.delete(key);
    }
  }

  #keepBounds(): void {
    if (this.#size <= this.#maxSequences && this.#windows.size <= this.#maxScopes) return;
    for (const [key, window] of this.#windows) {
      if (this.#size <= this.#maxSequences && this.#windows.size <= this.#maxScopes) return;
      this.#size -= window.size;
      this.#windows.delete(key);
    }
  }
}

const keyOf = ({ symbol, source, day }: SequenceScope): string => `${symbol} ${day} ${source}`;

/** Numbers that a double holds exactly; of all others the text is kept. */
function numberOf(sequence: string): number | undefined {
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(sequence)) return undefined;
  const number = Number(sequence);
  return Number.isSafeInteger(number) ? number : undefined;
}

function isKnown({ parts, highest }: Window, text: string, number: number | undefined): boolean {
  if (number === undefined) return parts.some(({ texts }) => texts.has(text));
  return number <= highest && parts.some(({ numbers }) => find(numbers, number) >= 0);
}

/** The index of a number, or `~index` of where it belongs. */
function find(sorted: readonly number[], number: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const found = sorted[middle] ?? 0;
    if (found === number) return middle;
    if (found < number) low = middle + 1;
    else high = middle;
  }
  return ~low;
}

function insert(sorted: number[], number: number): void {
  const last = sorted.at(-1);
  if (last === undefined || number > last) sorted.push(number);
  else sorted.splice(~find(sorted, number), 0, number);
}

function* rangesOf(sorted: readonly number[]): Generator<number | [number, number]> {
  for (let i = 0; i < sorted.length; ) {
    const first = sorted[i] ?? 0;
    let last = first;
    for (i += 1; sorted[i] === last + 1; i += 1) last += 1;
    yield first === last ? first : [first, last];
  }
}
