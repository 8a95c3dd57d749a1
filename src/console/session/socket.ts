import { type Client, createClient } from 'graphql-ws';
import { createStore, type Store } from '../state/store.ts';
import type { Connection } from './connection.ts';
import { meteredWebSocket } from './metered-web-socket.ts';

export interface SocketOptions {
  readonly url: string;
  /** The token to connect with; undefined: anonymous. */
  readonly token: () => string | undefined;
  readonly onBytes: (bytes: number) => void;
}

export interface Socket {
  readonly client: Client;
  readonly connection: Store<Connection>;
  /** Ends the wait for the next attempt. */
  retryNow(): void;
  /**
   * Puts a new token of the same user in place of the old one, on the connection as it is.
   * @throws Error with why the server does not take it
   */
  renew(token: string): Promise<void>;
  dispose(): void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
const KEEP_ALIVE_MS = 10_000;
const PONG_WITHIN_MS = 5_000;
/** graphql-transport-ws: the token in `connection_init` was not taken. */
const UNAUTHORIZED = 4401;

/**
 * One WebSocket for all subscriptions. It reconnects for ever and says how it is; graphql-ws sends every open
 * subscription again under its old id, by which the server knows where it was.
 */
export function openSocket({ url, token, onBytes }: SocketOptions): Socket {
  const connection = createStore<Connection>({ kind: 'connecting' });
  let endWait: (() => void) | undefined;
  let pongTimeout: ReturnType<typeof setTimeout> | undefined;
  let socket: WebSocket | undefined;
  let renewal: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;

  const client = createClient({
    url,
    lazy: false,
    webSocketImpl: meteredWebSocket(onBytes),
    connectionParams: () => {
      const current = token();
      return current ? { authorization: `Bearer ${current}` } : {};
    },
    keepAlive: KEEP_ALIVE_MS,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    async retryWait(attempt) {
      const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
      // spread, so that the clients of a server that was restarted do not all come at once
      const waitMs = wait * (0.75 + Math.random() * 0.5);
      connection.set({ kind: 'reconnecting', attempt: attempt + 1, retryAt: Date.now() + waitMs });
      await new Promise<void>((resolve) => {
        endWait = resolve;
        setTimeout(resolve, waitMs);
      });
      if (connection.get().kind === 'reconnecting') connection.set({ kind: 'connecting' });
    },
    // told through the state; without a handler graphql-ws writes it to the console
    onNonLazyError: () => {},
    on: {
      opened: (opened) => {
        socket = opened as WebSocket;
      },
      connected: () => connection.set({ kind: 'connected', resume: undefined }),
      closed: (event) => {
        clearTimeout(pongTimeout);
        // the next connection begins with it
        renewal?.resolve();
        renewal = undefined;
        const { code, reason } = event as CloseEvent;
        if (code === UNAUTHORIZED) connection.set({ kind: 'refused', reason });
        else if (connection.get().kind === 'connected') connection.set({ kind: 'connecting' });
      },
      ping: (received) => {
        if (received) return;
        // a network that vanished closes nothing by itself
        pongTimeout = setTimeout(() => client.terminate(), PONG_WITHIN_MS);
      },
      pong: (received, payload) => {
        if (!received) return;
        clearTimeout(pongTimeout);
        if (typeof payload?.authenticated !== 'boolean') return;
        if (payload.authenticated) renewal?.resolve();
        else renewal?.reject(new Error(String(payload.message)));
        renewal = undefined;
      },
    },
  });

  const handleOffline = (): void => client.terminate();
  const handleOnline = (): void => endWait?.();
  window.addEventListener('offline', handleOffline);
  window.addEventListener('online', handleOnline);
  return {
    client,
    connection,
    retryNow: () => endWait?.(),
    renew: (next) =>
      new Promise((resolve, reject) => {
        if (connection.get().kind !== 'connected') return resolve();
        renewal = { resolve, reject };
        socket?.send(JSON.stringify({ type: 'ping', payload: { token: next } }));
      }),
    dispose() {
      window.removeEventListener('offline', handleOffline);
      window.removeEventListener('online', handleOnline);
      clearTimeout(pongTimeout);
      endWait?.();
      // it waits for a connection that is being opened, and that may be refused
      Promise.resolve(client.dispose()).catch(() => {});
    },
  };
}
