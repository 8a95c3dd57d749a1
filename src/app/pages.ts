import { createHmac } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { signingKey } from '../auth/signing-key.ts';
import { signToken } from '../auth/token.ts';
import type { Config } from '../config.ts';
import { consoleFiles } from '../transports/http/console-files.ts';
import { devToken } from '../transports/http/dev-token.ts';
import type { Page } from '../transports/http/http-server.ts';

/** Where `npm run build` puts the console; the same from src and from dist. */
const CONSOLE_FOLDER = fileURLToPath(new URL('../../dist/console', import.meta.url));
const DEV_TOKEN_SECONDS = 12 * 3600;

export interface Pages {
  readonly pages: readonly Page[];
  /** The path of the console, with the nonce for tokens in development. */
  readonly consolePath: string;
}

/** What is served beside the API: the console and, in development, tokens for the asking. */
export async function startPages(config: Config, onError: (error: unknown) => void): Promise<Pages> {
  const files = consoleFiles(CONSOLE_FOLDER);
  const dev = await devPage(config, onError);
  if (!dev) return { pages: [files], consolePath: '/' };
  return { pages: [dev.page, files], consolePath: `/?dev=${dev.nonce}` };
}

/** None in production, and none where others sign tokens. */
async function devPage(
  config: Config,
  onError: (error: unknown) => void,
): Promise<{ page: Page; nonce: string } | undefined> {
  const { environment, authSecret, authJwksUrl, authIssuer: issuer, authAudience: audience } = config;
  if (environment === 'production' || (authJwksUrl && !authSecret)) return undefined;
  const key = await signingKey(config);
  const sign: Parameters<typeof devToken>[0]['sign'] = (userId, roles) =>
    signToken({ userId, roles, ttlSeconds: DEV_TOKEN_SECONDS, key, issuer, audience });
  // derived, so that it is the same after a restart and in every worker: the console keeps it
  const nonce = createHmac('sha256', key)
    .update('tickroom development console')
    .digest('base64url')
    .slice(0, 22);
  return { page: devToken({ nonce, sign, onError }), nonce };
}
