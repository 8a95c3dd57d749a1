import WebSocket from 'ws';

export interface OldMessage {
  readonly type: string;
  readonly symbol?: string;
  readonly message?: string;
  readonly code?: string;
  readonly data?: { readonly bids: unknown[]; readonly asks: unknown[]; readonly timestamp: string };
  readonly timestamp?: string;
}

/**
 * A front end of the old order-book server, with nothing but what browsers have: it subscribes each time its socket opens,
 * and reconnects with a delay that doubles, up to five times in a row.
 */
export class OldClient {
  readonly messages: OldMessage[] = [];
  readonly opens: number[] = [];
  hasGivenUp = false;
  readonly #url: string;
  readonly #symbols: readonly string[];
  #socket: WebSocket | undefined;
  #attempts = 0;
  #timer: NodeJS.Timeout | undefined;
  #isDone = false;

  constructor(url: string, symbols: readonly string[]) {
    this.#url = url;
    this.#symbols = symbols;
    this.#connect();
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  of(type: string, symbol?: string): OldMessage[] {
    return this.messages.filter((one) => one.type === type && (!symbol || one.symbol === symbol));
  }

  /** @param message an object, or text as it is */
  send(message: object | string): void {
    this.#socket?.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  close(): void {
    this.#isDone = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #connect(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => {
      this.#attempts = 0;
      this.opens.push(Date.now());
      for (const symbol of this.#symbols) this.send({ action: 'subscribe', symbol });
    };
    socket.onmessage = ({ data }) => this.messages.push(JSON.parse(String(data)) as OldMessage);
    socket.onerror = () => {};
    socket.onclose = () => {
      if (this.#isDone) return;
      if (this.#attempts >= 5) {
        this.hasGivenUp = true;
        return;
      }
      this.#attempts += 1;
      this.#timer = setTimeout(() => this.#connect(), 1000 * 2 ** (this.#attempts - 1));
    };
  }
}
