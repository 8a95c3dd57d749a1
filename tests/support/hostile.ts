import { expect, vi } from 'vitest';
import { openRaw, type RawClient } from './raw-socket.ts';
import type { TestServer } from './server.ts';
import { TcpClient, upgradeRequest } from './tcp-client.ts';

export const QUOTE =
  'subscription ($s: [Symbol!]!) { streamData(symbols: $s) { symbol price volume sequence } }';

export const portOf = (server: TestServer): number => Number(new URL(server.url).port);

/** A bare TCP connection that was upgraded, and unless told otherwise initialised. */
export async function openTcp(
  server: TestServer,
  options: { init?: boolean; headers?: Readonly<Record<string, string | undefined>> } = {},
): Promise<TcpClient> {
  const client = new TcpClient(portOf(server));
  client.write(upgradeRequest(options.headers));
  await expect.poll(() => client.status, { interval: 5 }).toBe(101);
  if (options.init === false) return client;
  client.say({ type: 'connection_init' });
  await expect.poll(() => client.messages, { interval: 5 }).toEqual([{ type: 'connection_ack' }]);
  return client;
}

/** Somebody who does nothing wrong while others do. */
export class Bystander {
  readonly #server: TestServer;
  readonly #client: RawClient;
  #price = 0;

  private constructor(server: TestServer, client: RawClient) {
    this.#server = server;
    this.#client = client;
  }

  static async at(server: TestServer): Promise<Bystander> {
    const client = await openRaw(server.wsUrl);
    const before = server.app.stats().streaming.subscribers;
    client.subscribe('1', QUOTE, { s: ['US.CALM'] });
    await vi.waitFor(() => expect(server.app.stats().streaming.subscribers).toBe(before + 1));
    return new Bystander(server, client);
  }

  /** Something new reaches it over the connection that it has had from the beginning. */
  async isServed(): Promise<void> {
    this.#price += 1;
    const price = String(this.#price);
    await this.#server.publish('publishQuotes', [{ symbol: 'US.CALM', price }]);
    await expect
      .poll(() => this.#client.results('1').at(-1), { interval: 10 })
      .toMatchObject({ data: { streamData: { price } } });
    expect(this.#client.closeCode).toBeUndefined();
  }

  /** Nobody else is connected, and nothing is held for those who were. */
  async isAlone(): Promise<void> {
    await expect
      .poll(() => this.#server.app.stats(), { timeout: 5000 })
      .toMatchObject({
        connections: { total: 1 },
        streaming: { subscribers: 1, groups: 1, activeStreams: 1 },
      });
  }
}
