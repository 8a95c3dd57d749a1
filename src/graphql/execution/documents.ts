import {
  type ASTVisitor,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  parse,
  specifiedRules,
  type ValidationContext,
  validate,
} from 'graphql';
import { measureDocument } from './measure.ts';
import { costRefusal, type OperationLimits, overLimits, refusedDocument } from './operation-limits.ts';
import { WeighedCache } from './weighed-cache.ts';

export interface CheckedDocument {
  /** undefined when it could not be read */
  readonly document: DocumentNode | undefined;
  /** of syntax, limits or validation; empty: it may run */
  readonly errors: readonly GraphQLError[];
}

export interface DocumentsOptions {
  readonly schema: GraphQLSchema;
  readonly limits: OperationLimits;
  /** whether the schema may be asked for, and errors suggest names from it */
  readonly introspection: boolean;
  /** of what is kept in memory, in bytes; a tenth more is for refused documents @default 32 MiB */
  readonly cacheBytes?: number;
}

/** A parsed token takes so much, measured with a document of single letters. */
const BYTES_PER_TOKEN = 500;
const BYTES_PER_CHARACTER = 2;
const BYTES_PER_ENTRY = 1000;

/** Enough to see what is wrong, and no more work and bytes than that. */
const MAX_ERRORS = 10;

/**
 * Parsed and validated documents by their text: ten thousand clients of one app send one text. Every check of a
 * document that needs no variables happens here, once, for all transports.
 */
export class Documents {
  readonly #options: DocumentsOptions;
  readonly #good: WeighedCache<CheckedDocument>;
  /** apart, so that a flood of bad ones drives out no good one */
  readonly #refused: WeighedCache<CheckedDocument>;

  constructor(options: DocumentsOptions) {
    const { cacheBytes = 32 * 1024 * 1024 } = options;
    this.#options = options;
    this.#good = new WeighedCache(cacheBytes);
    this.#refused = new WeighedCache(cacheBytes / 10);
  }

  /** Bytes that the documents kept are taken to need. */
  get cachedBytes(): number {
    return this.#good.weight + this.#refused.weight;
  }

  /** Never throws: a syntax error, one of validation, or too much of something is an answer. */
  check(text: string): CheckedDocument {
    const known = this.#good.get(text) ?? this.#refused.get(text);
    if (known) return known;
    const checked = this.#check(text);
    const cache = checked.errors.length === 0 ? this.#good : this.#refused;
    cache.set(text, checked, weigh(text, checked));
    return checked;
  }

  #check(text: string): CheckedDocument {
    const { schema, limits, introspection } = this.#options;
    try {
      const document = parse(text, { maxTokens: limits.maxTokens });
      const measures = measureDocument(schema, document);
      const refusals = overLimits(measures, limits);
      if (measures.cost > limits.maxCost)
        refusals.push(refusedDocument(costRefusal(measures.cost, limits.maxCost)));
      // before validation, whose work can grow with the square of what is limited here
      if (refusals.length > 0) return { document, errors: refusals };
      const rules = introspection ? specifiedRules : [...specifiedRules, noIntrospection];
      const options = { maxErrors: MAX_ERRORS, hideSuggestions: !introspection };
      return { document, errors: validate(schema, document, rules, options).map(withAdvice) };
    } catch (error) {
      return { document: undefined, errors: [unreadable(error, limits.maxTokens)] };
    }
  }
}

/** @throws whatever is not about the document */
function unreadable(error: unknown, maxTokens: number): GraphQLError {
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    return refusedDocument(
      'The document is nested too deeply to be read. Send lists and objects as variables.',
    );
  }
  if (!(error instanceof GraphQLError)) throw error;
  if (!/\d+ tokens\. Parsing aborted/.test(error.message)) return error;
  return refusedDocument(
    `The document has more than ${maxTokens.toLocaleString('en')} tokens, which is the most allowed. Send lists and objects as variables, or ask in several smaller operations.`,
  );
}

/** graphql-js gives comparing fields of one name up, and does not say so. */
const withAdvice = (error: GraphQLError): GraphQLError =>
  error.message === 'Validation aborted.'
    ? refusedDocument('The same fields are selected too often to be checked. Select each of them once.')
    : error;

function noIntrospection(context: ValidationContext): ASTVisitor {
  return {
    Field({ name }) {
      // a node here would only show the text again
      if (name.value !== '__schema' && name.value !== '__type') return undefined;
      context.reportError(
        refusedDocument(
          'This server does not tell its schema. Ask those who run it for schema.graphql, or for INTROSPECTION=allowed.',
        ),
      );
      return false;
    },
  };
}

const weigh = (text: string, { document }: CheckedDocument): number =>
  BYTES_PER_ENTRY + text.length * BYTES_PER_CHARACTER + (document?.tokenCount ?? 0) * BYTES_PER_TOKEN;
