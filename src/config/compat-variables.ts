import { z } from 'zod';
import type { Variable } from './variable.ts';

/** The old servers whose clients are served beside GraphQL. */
export const COMPAT_WIRES = ['orderbook', 'socketio'] as const;
export type CompatWire = (typeof COMPAT_WIRES)[number];

/** What the old wires may do without a token or key. */
export const COMPAT_RIGHTS = ['read', 'publish'] as const;
export type CompatRight = (typeof COMPAT_RIGHTS)[number];

/** How levels of order books are written for old readers. */
export type CompatLevels = 'pairs' | 'objects';

const listOf = (allowed: readonly string[]) =>
  z
    .string()
    .transform((text) => text.split(',').map((entry) => entry.trim()))
    .pipe(z.array(z.enum(allowed as [string, ...string[]])));

/** The wires of the two servers that came before this one. */
export const COMPAT_VARIABLES: readonly Variable[] = [
  {
    name: 'COMPAT',
    default: '`orderbook` (production: none)',
    meaning:
      'old wires that are served beside GraphQL, comma-separated: `orderbook` (`/ws/{client_id}` and `/broadcast/orderbook`), `socketio` (`/socket.io/`); `none`: no old wire',
    must: 'none, or a comma-separated list of: orderbook, socketio',
    schema: z
      .literal('none')
      .transform(() => [] as string[])
      .or(listOf(COMPAT_WIRES))
      .optional(),
  },
  {
    name: 'COMPAT_KEY',
    default: 'none: publishers need a token',
    meaning:
      'a secret with which programs publish over the old wires instead of a token with the PUBLISHER role, as bearer token or as the user name in the address (`http://<key>@host:8002`)',
    must: 'at least 32 visible ASCII characters',
    schema: z
      .string()
      .regex(/^[\x21-\x7e]{32,}$/)
      .optional(),
  },
  {
    name: 'COMPAT_ANONYMOUS',
    default: 'none (development: `read`)',
    meaning:
      'what the old wires allow without a token, comma-separated: `read` (order books and market streams are public), `publish` (development only, for programs of this machine)',
    must: 'a comma-separated list of: read, publish',
    schema: listOf(COMPAT_RIGHTS).optional(),
  },
  {
    name: 'COMPAT_LEVELS',
    default: 'pairs',
    meaning:
      'how the old wires write levels of order books: `pairs` ([price, size]), or `objects` with price, size, volume and quantity',
    must: 'pairs or objects',
    schema: z.enum(['pairs', 'objects']).default('pairs'),
  },
  {
    name: 'COMPAT_SOCKETIO_POLLING',
    default: 'allowed (with REDIS_URL: refused)',
    meaning:
      'whether Socket.IO clients may begin with HTTP polling: with several instances only behind a balancer that keeps a client at one of them; otherwise clients need `transports: ["websocket"]`',
    must: 'allowed or refused',
    schema: z.enum(['allowed', 'refused']).optional(),
  },
  {
    name: 'COMPAT_SOCKETIO_LEGACY',
    default: 'refused',
    meaning: 'whether clients of Socket.IO 2 are let in, whose `ping` events do not arrive',
    must: 'allowed or refused',
    schema: z.enum(['allowed', 'refused']).default('refused'),
  },
];
