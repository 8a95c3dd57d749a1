import { z } from 'zod';
import { integer, type Variable } from './variable.ts';

const most = (name: string, byDefault: number, upTo: number, meaning: string): Variable => ({
  name,
  default: String(byDefault),
  meaning,
  must: `a whole number (1–${upTo})`,
  schema: integer(1, upTo).default(byDefault),
});

/** What an operation may ask for, and who may ask for what the schema is. */
export const OPERATION_VARIABLES: readonly Variable[] = [
  most('MAX_DOCUMENT_TOKENS', 2000, 20_000, 'tokens of a document'),
  most('MAX_DEPTH', 10, 100, 'levels of fields in fields'),
  most('MAX_ALIASES', 30, 1000, 'aliases of an operation'),
  most('MAX_DIRECTIVES', 50, 1000, 'directives of an operation'),
  most('MAX_ROOT_FIELDS', 10, 1000, 'queries or mutations in one operation'),
  most('MAX_COST', 10_000, 100_000_000, 'cost of one answer, see Limits'),
  most('MAX_SUBSCRIPTION_COST', 200_000, 1_000_000_000, 'cost of one subscription a second, see Limits'),
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
