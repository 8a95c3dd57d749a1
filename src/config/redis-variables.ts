import { z } from 'zod';
import type { Variable } from './variable.ts';

const address = z.url({ protocol: /^rediss?$/ });
/** A cluster has no databases with numbers. */
const nodeAddress = address.refine((text) => ['', '/'].includes(new URL(text).pathname));

const isOneOrMany = (text: string): boolean => {
  // a password may have a comma
  const [first = '', ...others] = text.split(/,\s*(?=rediss?:)/);
  if (others.length === 0) return address.safeParse(first).success;
  return [first, ...others].every((node) => nodeAddress.safeParse(node).success);
};

/** Through what instances are one server. */
export const REDIS_VARIABLES: readonly Variable[] = [
  {
    name: 'REDIS_URL',
    default: 'none: one process',
    meaning:
      'the Redis (7 or newer, or Valkey) through which instances are one server; of a Redis Cluster two nodes or more, with commas between them',
    must: 'an address such as redis://:password@host:6379, or several of one cluster with commas between them',
    schema: z.string().refine(isOneOrMany).optional(),
  },
  {
    name: 'REDIS_PREFIX',
    default: 'tickroom',
    meaning: 'begins everything kept in Redis, so that several systems may share one',
    must: '1 to 40 letters, digits, - or _',
    schema: z
      .string()
      .regex(/^[\w-]{1,40}$/)
      .default('tickroom'),
  },
];
