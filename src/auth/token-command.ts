import { parseArgs } from 'node:util';
import { ConfigError, readConfig } from '../config.ts';
import { signingKey } from './signing-key.ts';
import { signToken } from './token.ts';
import type { AccountRole } from './viewer.ts';

const USAGE = 'usage: npm run -s token -- <user> [--role ADMIN|PUBLISHER] [--ttl 30s|15m|1h|7d]';
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

interface Wish {
  readonly userId: string;
  readonly roles: readonly AccountRole[];
  readonly ttlSeconds: number;
}

function readArguments(args: string[]): Wish {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { role: { type: 'string' }, ttl: { type: 'string', default: '1h' } },
  });
  const [userId, ...rest] = positionals;
  const { role } = values;
  if (!userId || rest.length > 0) throw new Error('name one user');
  if (role !== undefined && role !== 'ADMIN' && role !== 'PUBLISHER')
    throw new Error(`there is no role ${role}`);
  const [, count, unit = ''] = /^([1-9][0-9]{0,8})([smhd])$/.exec(values.ttl) ?? [];
  const seconds = SECONDS[unit];
  if (count === undefined || seconds === undefined) throw new Error(`${values.ttl} is no duration`);
  return { userId, roles: role ? ['USER', role] : ['USER'], ttlSeconds: Number(count) * seconds };
}

async function main(): Promise<void> {
  const wish = readArguments(process.argv.slice(2));
  const config = readConfig(process.env);
  if (config.authJwksUrl && !config.authSecret)
    throw new ConfigError('AUTH_JWKS_URL is set: tokens come from your identity provider.');
  const key = await signingKey(config);
  console.log(await signToken({ ...wish, key, issuer: config.authIssuer, audience: config.authAudience }));
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  console.error(error instanceof ConfigError ? message : `${message}\n${USAGE}`);
  process.exitCode = 2;
});
