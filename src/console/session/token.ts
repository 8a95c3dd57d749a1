import { isText, savedStore } from '../state/saved.ts';

/** The token of who is signed in; empty: nobody is. Kept in the browser until one signs out. */
export const savedToken = savedStore<string>('token', '', isText);

/** Whether the server gave the token for the asking: then it gives another one before that ends. */
export const tokenIsGiven = savedStore<boolean>(
  'token-given',
  false,
  (value): value is boolean => typeof value === 'boolean',
);

/** A session as far as a new token concerns it. */
export interface Renewable {
  /** Whether the token is of the same user, so that the session can go on with it. */
  isRenewedBy(token: string): boolean;
  renew(token: string): Promise<void>;
}

/**
 * Signs in with a token. One of the same user renews the session, and nothing that is open is lost.
 * @throws Error with why the server does not take it; the session stays as it was
 */
export async function signInWith(session: Renewable, token: string, isGiven: boolean): Promise<void> {
  if (session.isRenewedBy(token)) await session.renew(token);
  tokenIsGiven.set(isGiven);
  savedToken.set(token);
}

/** With which a server in development knows that it printed this console's address; empty: it is not known. */
const devNonce = savedStore<string>('dev-nonce', '', isText);

const NONCE_PARAMETER = 'dev';

/** Takes the nonce out of the address, so that nobody copies it with a link. */
function takeNonce(): void {
  const url = new URL(location.href);
  const nonce = url.searchParams.get(NONCE_PARAMETER);
  if (!nonce) return;
  devNonce.set(nonce);
  url.searchParams.delete(NONCE_PARAMETER);
  history.replaceState(null, '', url);
}
takeNonce();

const withNonce = (): Record<string, string> => ({ 'x-tickroom-dev': devNonce.get() });

/** Whether this server gives tokens for the asking: it does in development, opened from its own machine by the address it printed. */
export async function devTokensExist(): Promise<boolean> {
  try {
    return (await fetch('/dev/token', { headers: withNonce() })).ok;
  } catch {
    return false;
  }
}

/** @throws Error with what the server answered */
export async function requestDevToken(user: string, roles: readonly string[]): Promise<string> {
  const response = await fetch('/dev/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...withNonce() },
    body: JSON.stringify({ user, roles }),
  });
  const answer = (await response.json()) as { token?: string; error?: string };
  if (!answer.token) throw new Error(answer.error ?? `${response.status}`);
  return answer.token;
}
