import { z } from 'zod';
import { integer, type Variable } from './variable.ts';

const most = (name: string, byDefault: number, upTo: number, meaning: string): Variable => ({
  answer: 'INVALID_INPUT with the figure and the limit',
  name,
  default: String(byDefault),
  meaning,
  must: `a whole number (1–${upTo})`,
  schema: integer(1, upTo).default(byDefault),
});

/** Bounds of one operation, and whether the schema may be queried. */
export const OPERATION_VARIABLES: readonly Variable[] = [
  most('MAX_DOCUMENT_TOKENS', 2000, 20_000, 'names, numbers, strings and punctuation of a document'),
  most('MAX_DEPTH', 10, 100, 'levels of fields in fields'),
  most('MAX_ALIASES', 30, 1000, 'aliases of an operation, those of fragments wherever they are spread'),
  most('MAX_DIRECTIVES', 50, 1000, 'directives of an operation, those of fragments wherever they are spread'),
  most('MAX_ROOT_FIELDS', 10, 1000, 'queries or mutations in one operation'),
  most('MAX_COST', 10_000, 100_000_000, 'cost of one answer, in fields'),
  most('MAX_SUBSCRIPTION_COST', 200_000, 1_000_000_000, 'cost of one subscription, in fields a second'),
  {
    name: 'INTROSPECTION',
    default: 'allowed (production: refused)',
    meaning: 'whether GraphiQL and introspection are there, and errors suggest names',
    must: 'allowed or refused',
    schema: z.enum(['allowed', 'refused']).optional(),
  },
  {
    name: 'TRUSTED_DOCUMENTS',
    default: 'none: any document may run',
    meaning: 'JSON file of the only documents that may run, by id or hash, as client-preset writes it',
    must: 'a file',
    schema: z.string().min(1).optional(),
  },
];
