import { once } from 'node:events';
import type { Socket } from 'node:net';
import WebSocket from 'ws';

export interface RawMessage {
  readonly id?: string;
  readonly type: string;
  readonly payload?: unknown;
}

/** A client that says exactly what it is told, and whose TCP socket can be paused or cut. */
export class RawClient {
  readonly messages: RawMessage[] = [];
  closeCode: number | undefined;
  closeReason = '';
  onMessage: ((message: RawMessage) => void) | undefined;
  readonly #webSocket: WebSocket;

  constructor(webSocket: WebSocket) {
    this.#webSocket = webSocket;
    webSocket.on('message', (data) => {
      const message: RawMessage = JSON.parse(String(data));
      this.messages.push(message);
      this.onMessage?.(message);
    });
    webSocket.on('close', (code, reason) => {
      this.closeCode = code;
      this.closeReason = String(reason);
    });
    webSocket.on('error', () => {});
  }

  get socket(): Socket {
    return (this.#webSocket as unknown as { _socket: Socket })._socket;
  }

  send(message: object): void {
    this.#webSocket.send(JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables?: object): void {
    this.send({ id, type: 'subscribe', payload: { query, variables } });
  }

  results(id: string): unknown[] {
    return this.messages
      .filter((message) => message.id === id && message.type === 'next')
      .map(({ payload }) => payload);
  }
}

/** Opens a WebSocket and, unless told not to, does the init handshake. */
export async function openRaw(
  url: string,
  options: { init?: boolean; payload?: object; headers?: Record<string, string> } = {},
): Promise<RawClient> {
  const webSocket = new WebSocket(url, 'graphql-transport-ws', { headers: options.headers });
  const client = new RawClient(webSocket);
  await once(webSocket, 'open');
  if (options.init === false) return client;
  client.send({ type: 'connection_init', payload: options.payload });
  if (client.messages.length === 0)
    await Promise.race([once(webSocket, 'message'), once(webSocket, 'close')]);
  return client;
}
