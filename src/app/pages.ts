import { fileURLToPath } from 'node:url';
import { signingKey } from '../auth/signing-key.ts';
import { signToken } from '../auth/token.ts';
import type { Config } from '../config.ts';
import { consoleFiles } from '../transports/console-files.ts';
import { devToken } from '../transports/dev-token.ts';
import type { Page } from '../transports/http-server.ts';

/** Where `npm run build` puts the console; the same from src and from dist. */
const CONSOLE_FOLDER = fileURLToPath(new URL('../../dist/console', import.meta.url));
const DEV_TOKEN_SECONDS = 12 * 3600;

/** What is served beside the API: the console and, in development, tokens for the asking. */
export async function startPages(config: Config, onError: (error: unknown) => void): Promise<Page[]> {
  return [...(await devPages(config, onError)), consoleFiles(CONSOLE_FOLDER)];
}

/** None in production, and none where others sign tokens. */
async function devPages(config: Config, onError: (error: unknown) => void): Promise<Page[]> {
  const { environment, authSecret, authJwksUrl, authIssuer: issuer, authAudience: audience } = config;
  if (environment === 'production' || (authJwksUrl && !authSecret)) return [];
  const key = await signingKey(config);
  const sign: Parameters<typeof devToken>[0]['sign'] = (userId, roles) =>
    signToken({ userId, roles, ttlSeconds: DEV_TOKEN_SECONDS, key, issuer, audience });
  return [devToken({ sign, onError })];
}
