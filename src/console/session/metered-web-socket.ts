/** What came in over a time. */
export interface Traffic {
  readonly messages: number;
  readonly bytes: number;
}

const encoder = new TextEncoder();
const NOT_ASCII = /[^\0-\x7f]/;

const byteLength = (text: string): number =>
  NOT_ASCII.test(text) ? encoder.encode(text).length : text.length;

/**
 * A WebSocket that tells the size of each message it receives.
 * @returns the class to give to graphql-ws as `webSocketImpl`
 */
export function meteredWebSocket(onMessage: (bytes: number) => void): typeof WebSocket {
  return class MeteredWebSocket extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (typeof data === 'string') onMessage(byteLength(data));
      });
    }
  };
}
