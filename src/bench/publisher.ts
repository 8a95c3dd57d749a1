import { RawClient } from './raw-client.ts';
import type { ServerProcess } from './server-process.ts';
import { sign } from './sign.ts';

const MUTATION = 'mutation ($input: [QuoteInput!]!) { publishQuotes(input: $input) { accepted } }';

/** Publishes quotes through the front door: a mutation over one graphql-transport-ws connection. */
export class Publisher implements Disposable {
  readonly #client: RawClient;
  #id = 0;
  /** events published */
  published = 0;

  private constructor(client: RawClient) {
    this.#client = client;
  }

  static async open(server: ServerProcess): Promise<Publisher> {
    const token = await sign(server.secret, 'bench', ['PUBLISHER']);
    const client = new RawClient({
      port: server.port,
      sampled: false,
      onText: () => {},
      initPayload: { token },
    });
    await client.ready;
    return new Publisher(client);
  }

  /** One event per symbol given, in order; its price says when it was published, in µs. */
  publish(symbols: readonly string[]): void {
    const price = String(Math.round((performance.timeOrigin + performance.now()) * 1000));
    const exchangeTime = new Date().toISOString();
    const input = symbols.map((symbol) => {
      this.published += 1;
      return { symbol, price, volume: String(this.published), exchangeTime };
    });
    this.#id += 1;
    this.#client.send({
      id: String(this.#id),
      type: 'subscribe',
      payload: { query: MUTATION, variables: { input } },
    });
  }

  [Symbol.dispose](): void {
    this.#client.socket.destroy();
  }
}
