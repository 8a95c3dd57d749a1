import { Command } from 'commander';
import type { AccountRole } from '../auth/viewer.ts';
import { ConfigError } from '../config/config-error.ts';
import { UsageError } from './exit-codes.ts';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `tickroom token`: prints a signed token and nothing else, for scripts. */
export function tokenCommand(): Command {
  return new Command('token')
    .description('print a signed token; run it with the environment of the server that is to take it')
    .argument('<user>', 'id of the user that the token is for')
    .option('--role <role>', 'account role beside USER: ADMIN or PUBLISHER')
    .option('--ttl <duration>', 'how long the token is good for: 30s, 15m, 1h or 7d', '1h')
    .action(async (userId: string, options: { role?: string; ttl: string }) => {
      const roles = rolesOf(options.role);
      const ttlSeconds = secondsOf(options.ttl);
      if (userId === '') throw new UsageError('Name the user that the token is for.');
      const [{ readConfig }, { existingSigningKey }, { signToken }] = await Promise.all([
        import('../config.ts'),
        import('../auth/signing-key.ts'),
        import('../auth/token.ts'),
      ]);
      const config = readConfig(process.env);
      if (config.authJwksUrl && !config.authSecret) {
        throw new ConfigError('AUTH_JWKS_URL is set: tokens come from your identity provider.');
      }
      const key = await existingSigningKey(config);
      if (!key) {
        throw new ConfigError(
          `There is no signing key in ${config.dataDir}, so no server takes a token from here: start the server first, or set DATA_DIR or AUTH_SECRET to those of the server.`,
        );
      }
      const { authIssuer: issuer, authAudience: audience } = config;
      console.log(await signToken({ userId, roles, ttlSeconds, key, issuer, audience }));
    });
}

/** @throws UsageError */
function rolesOf(role: string | undefined): AccountRole[] {
  if (role === undefined) return ['USER'];
  if (role === 'ADMIN' || role === 'PUBLISHER') return ['USER', role];
  throw new UsageError(`There is no role ${JSON.stringify(role)}: use ADMIN or PUBLISHER.`);
}

/** @throws UsageError */
function secondsOf(duration: string): number {
  const [, count, unit = ''] = /^([1-9][0-9]{0,8})([smhd])$/.exec(duration) ?? [];
  const seconds = SECONDS[unit];
  if (count === undefined || seconds === undefined) {
    throw new UsageError(`${JSON.stringify(duration)} is not a duration: write 30s, 15m, 1h or 7d.`);
  }
  return Number(count) * seconds;
}
