import { Client, fetchExchange, subscriptionExchange } from 'urql';
import { createStore, type Store } from '../state/store.ts';
import { readClaims } from './claims.ts';
import { addResume, type Connection, readResume } from './connection.ts';
import { type Ending, watchEnding } from './ending.ts';
import { createMeter, type Meter } from './meter.ts';
import { openSocket } from './socket.ts';
import { requestDevToken, signInWith, tokenIsGiven } from './token.ts';

/** Somebody at the server: queries and mutations over HTTP, subscriptions over one WebSocket. */
export interface Session {
  readonly id: number;
  /** another one whenever it was renewed */
  readonly token: Pick<Store<string | undefined>, 'get' | 'subscribe'>;
  /** undefined: not soon, or it renews itself */
  readonly ending: Store<Ending | undefined>;
  readonly client: Client;
  readonly connection: Store<Connection>;
  readonly meter: Meter;
  retryNow(): void;
  /** Whether a token would go on with this session instead of beginning another. */
  isRenewedBy(token: string): boolean;
  /** @throws Error with why the server does not take the token: the old one stays */
  renew(token: string): Promise<void>;
  /** To be called with the extensions of every subscription result. */
  noteExtensions(extensions: unknown): void;
  dispose(): void;
}

let opened = 0;

/** @param firstToken undefined: anonymous */
export function openSession(firstToken: string | undefined): Session {
  const token = createStore(firstToken);
  const meter = createMeter();
  const url = new URL('/graphql', location.href);
  const socketUrl = new URL(url);
  socketUrl.protocol = url.protocol.replace('http', 'ws');
  const socket = openSocket({ url: socketUrl.href, token: token.get, onBytes: meter.count });

  const client = new Client({
    url: url.href,
    preferGetMethod: false,
    // what is shown is live, so an answer is never older than its question
    requestPolicy: 'network-only',
    fetchOptions: () => (token.get() ? { headers: { authorization: `Bearer ${token.get()}` } } : {}),
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.client.subscribe<Record<string, unknown>>(
              { query: query ?? '', variables: variables as Record<string, unknown> },
              {
                next: (result) => sink.next(result as Parameters<typeof sink.next>[0]),
                error: sink.error,
                complete: sink.complete,
              },
            ),
          }),
        }),
      }),
    ],
  });

  const end = watchEnding({ token, isGiven: tokenIsGiven, renew: () => renewGiven(session) });
  opened += 1;
  const session: Session = {
    id: opened,
    token,
    ending: end.ending,
    client,
    connection: socket.connection,
    meter,
    retryNow: socket.retryNow,
    isRenewedBy(next) {
      const now = readClaims(token.get());
      if (!now || readClaims(next)?.user !== now.user) return false;
      // after its end nothing of it is left to go on with
      return (
        (now.expiresAt ?? Number.POSITIVE_INFINITY) > Date.now() && socket.connection.get().kind !== 'refused'
      );
    },
    async renew(next) {
      await socket.renew(next);
      token.set(next);
    },
    noteExtensions(extensions) {
      const resume = readResume(extensions);
      const state = socket.connection.get();
      if (!resume || state.kind !== 'connected') return;
      socket.connection.set({ kind: 'connected', resume: addResume(state.resume, resume) });
    },
    dispose() {
      end.dispose();
      meter.dispose();
      socket.dispose();
    },
  };
  return session;
}

/** In development the server gives a new token of the same user and roles. */
async function renewGiven(session: Session): Promise<void> {
  const claims = readClaims(session.token.get());
  if (!claims) return;
  await signInWith(session, await requestDevToken(claims.user, claims.roles), true);
}
