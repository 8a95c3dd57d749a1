import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** What is sent reaches nobody, and neither side learns that the other one has closed. */
  isSwallowed: boolean;
}

/** What stands before the instances: each connection goes to one that takes it, and the network in between may fail. */
export class Balancer implements AsyncDisposable {
  readonly url: string;
  readonly #pairs = new Set<Pair>();
  readonly #server;
  #next = 0;

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** @param ports of the instances; those that refuse are skipped */
  static async start(ports: readonly number[], port = 0): Promise<Balancer> {
    const server = createServer();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const balancer = new Balancer(server);
    server.on('connection', (client) => balancer.#forward(client, ports, 0));
    return balancer;
  }

  get open(): number {
    return this.#pairs.size;
  }

  /** Cuts some connections without a word. */
  drop(share: number, random: () => number): number {
    const chosen = [...this.#pairs].filter(() => random() < share);
    for (const { client, server } of chosen) {
      client.destroy();
      server.destroy();
    }
    return chosen.length;
  }

  /** Some clients take nothing for a while. */
  pause(share: number, ms: number, random: () => number): number {
    const chosen = [...this.#pairs].filter(() => random() < share);
    for (const { server } of chosen) server.pause();
    setTimeout(() => {
      for (const { server } of chosen) server.resume();
    }, ms).unref();
    return chosen.length;
  }

  /**
   * Makes some connections half-open: what either side sends is taken and lost, until the connection is cut.
   * @returns how many
   */
  swallow(share: number, ms: number, random: () => number): number {
    const chosen = [...this.#pairs].filter((pair) => !pair.isSwallowed && random() < share);
    for (const pair of chosen) {
      pair.isSwallowed = true;
      for (const socket of [pair.client, pair.server]) {
        socket.unpipe();
        socket.resume();
      }
    }
    setTimeout(() => {
      for (const { client, server } of chosen) {
        client.destroy();
        server.destroy();
      }
    }, ms).unref();
    return chosen.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.drop(1, () => 0);
    this.#server.close();
  }

  #forward(client: Socket, ports: readonly number[], tried: number): void {
    const port = ports[this.#next++ % ports.length];
    if (port === undefined || tried === ports.length) {
      client.destroy();
      return;
    }
    const server = connect(port, '127.0.0.1');
    server.once('error', () => {
      if (server.bytesRead === 0 && !client.destroyed && client.bytesRead === 0)
        this.#forward(client, ports, tried + 1);
      else client.destroy();
    });
    client.on('error', () => client.destroy());
    server.once('connect', () => {
      server.setNoDelay();
      client.setNoDelay();
      const pair: Pair = { client, server, isSwallowed: false };
      this.#pairs.add(pair);
      client.pipe(server).pipe(client);
      const close = (): void => {
        if (!pair.isSwallowed) {
          client.destroy();
          server.destroy();
        }
        if (client.destroyed && server.destroyed) this.#pairs.delete(pair);
      };
      client.once('close', close);
      server.once('close', close);
    });
  }
}
