import { Client, fetchExchange, subscriptionExchange } from 'urql';
import type { Store } from '../state/store.ts';
import { addResume, type Connection, readResume } from './connection.ts';
import { createMeter, type Meter } from './meter.ts';
import { openSocket } from './socket.ts';

/** Somebody at the server: queries and mutations over HTTP, subscriptions over one WebSocket. */
export interface Session {
  readonly token: string | undefined;
  readonly client: Client;
  readonly connection: Store<Connection>;
  readonly meter: Meter;
  retryNow(): void;
  /** To be called with the extensions of every subscription result. */
  noteExtensions(extensions: unknown): void;
  dispose(): void;
}

/** @param token undefined: anonymous */
export function openSession(token: string | undefined): Session {
  const meter = createMeter();
  const url = new URL('/graphql', location.href);
  const socketUrl = new URL(url);
  socketUrl.protocol = url.protocol.replace('http', 'ws');
  const socket = openSocket({ url: socketUrl.href, token, onBytes: meter.count });

  const client = new Client({
    url: url.href,
    preferGetMethod: false,
    // what is shown is live, so an answer is never older than its question
    requestPolicy: 'network-only',
    fetchOptions: () => (token ? { headers: { authorization: `Bearer ${token}` } } : {}),
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

  return {
    token,
    client,
    connection: socket.connection,
    meter,
    retryNow: socket.retryNow,
    noteExtensions(extensions) {
      const resume = readResume(extensions);
      const state = socket.connection.get();
      if (!resume || state.kind !== 'connected') return;
      socket.connection.set({ kind: 'connected', resume: addResume(state.resume, resume) });
    },
    dispose() {
      meter.dispose();
      socket.dispose();
    },
  };
}
