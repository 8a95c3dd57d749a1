import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';

export interface CheckedDocument {
  /** undefined after a syntax error */
  readonly document: DocumentNode | undefined;
  /** of syntax or validation; empty: it may run */
  readonly errors: readonly GraphQLError[];
}

const MAX_TOKENS = 10_000;

/** Parsed and validated documents by their text: ten thousand clients of one app send one text. */
export class Documents {
  readonly #schema: GraphQLSchema;
  readonly #capacity: number;
  readonly #byText = new Map<string, CheckedDocument>();

  /** @param capacity texts kept; the least recently used goes first */
  constructor(schema: GraphQLSchema, capacity = 1000) {
    this.#schema = schema;
    this.#capacity = capacity;
  }

  /** Never throws: a syntax or validation error is an answer. */
  check(text: string): CheckedDocument {
    const known = this.#byText.get(text);
    if (known) {
      this.#byText.delete(text);
      this.#byText.set(text, known);
      return known;
    }
    const checked = this.#parseAndValidate(text);
    this.#byText.set(text, checked);
    if (this.#byText.size > this.#capacity) {
      const oldest = this.#byText.keys().next();
      if (!oldest.done) this.#byText.delete(oldest.value);
    }
    return checked;
  }

  #parseAndValidate(text: string): CheckedDocument {
    try {
      const document = parse(text, { maxTokens: MAX_TOKENS });
      return { document, errors: validate(this.#schema, document) };
    } catch (error) {
      if (error instanceof GraphQLError) return { document: undefined, errors: [error] };
      // graphql-js descends by calling itself
      if (error instanceof RangeError) {
        return { document: undefined, errors: [new GraphQLError('The document is nested too deeply.')] };
      }
      throw error;
    }
  }
}
