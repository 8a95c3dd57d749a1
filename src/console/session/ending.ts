import { createStore, type Store } from '../state/store.ts';
import { type Claims, readClaims } from './claims.ts';

/** When a session ends that nothing has renewed yet. */
export interface Ending {
  /** epoch ms */
  readonly at: number;
  readonly isOver: boolean;
}

export interface EndingOptions {
  readonly token: Store<string | undefined>;
  /** Whether a new token is to be had for the asking; else only a person can get one. */
  readonly isGiven: Store<boolean>;
  /** Gets a new token and takes it. */
  readonly renew: () => Promise<void>;
}

/** People need so long to find a new token. */
const TELL_BEFORE_MS = 5 * 60_000;
const RENEW_BEFORE_MS = 60_000;
const TRY_AGAIN_MS = 5000;
/** A longer timeout fires at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** Renews a token before its end where it can, and tells the end where it cannot. */
export function watchEnding({ token, isGiven, renew }: EndingOptions): {
  readonly ending: Store<Ending | undefined>;
  dispose(): void;
} {
  const ending = createStore<Ending | undefined>(undefined);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isRenewing = false;
  let isDisposed = false;

  const lookAgainIn = (ms: number): void => {
    clearTimeout(timer);
    if (!isDisposed) timer = setTimeout(look, Math.min(ms, LONGEST_TIMEOUT_MS));
  };
  const tryToRenew = (): void => {
    lookAgainIn(TRY_AGAIN_MS);
    if (isRenewing) return;
    isRenewing = true;
    renew()
      // tried again as long as the session is there; meanwhile its end is told
      .catch(() => tell())
      .finally(() => {
        isRenewing = false;
      });
  };
  const tell = (): void => {
    const at = readClaims(token.get())?.expiresAt;
    ending.set(at === undefined ? undefined : { at, isOver: Date.now() >= at });
  };
  const look = (): void => {
    const claims = readClaims(token.get());
    if (claims?.expiresAt === undefined) {
      ending.set(undefined);
      return;
    }
    const left = claims.expiresAt - Date.now();
    const lead = isGiven.get() ? renewBefore(claims) : TELL_BEFORE_MS;
    if (left > lead) {
      ending.set(undefined);
      lookAgainIn(left - lead);
    } else if (isGiven.get()) tryToRenew();
    else {
      tell();
      if (left > 0) lookAgainIn(left);
    }
  };

  // who waits for the end is not there yet
  lookAgainIn(0);
  const stops = [token.subscribe(look), isGiven.subscribe(look)];
  return {
    ending,
    dispose() {
      isDisposed = true;
      clearTimeout(timer);
      for (const stop of stops) stop();
    },
  };
}

/** The last quarter of a token that lives for a short time only. */
function renewBefore({ issuedAt, expiresAt }: Claims): number {
  if (issuedAt === undefined || expiresAt === undefined) return RENEW_BEFORE_MS;
  return Math.min(RENEW_BEFORE_MS, (expiresAt - issuedAt) / 4);
}
