import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  isSwallowed: boolean;
}

/** A network between clients and one server that can be cut, closed, or made to swallow what is sent over it. */
export class FaultyNetwork implements AsyncDisposable {
  /** of the server's GraphQL endpoint, through this network */
  readonly wsUrl: string;
  readonly httpUrl: string;
  readonly #pairs = new Set<Pair>();
  readonly #server;
  readonly #pieceBytes: number;
  #isClosed = false;

  private constructor(server: ReturnType<typeof createServer>, pieceBytes: number) {
    this.#server = server;
    this.#pieceBytes = pieceBytes;
    const { port } = server.address() as AddressInfo;
    this.wsUrl = `ws://127.0.0.1:${port}/graphql`;
    this.httpUrl = `http://127.0.0.1:${port}/graphql`;
  }

  /**
   * @param port of the server: asked for each connection, since a server that was restarted has another one
   * @param pieceBytes what the server sends arrives in pieces of 1 to so many bytes; 0: as it was sent
   */
  static async start(port: () => number, pieceBytes = 0): Promise<FaultyNetwork> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const network = new FaultyNetwork(server, pieceBytes);
    server.on('connection', (client) => network.#forward(client, port()));
    return network;
  }

  /** Connections whose bytes pass. */
  get open(): number {
    return [...this.#pairs].filter(({ isSwallowed }) => !isSwallowed).length;
  }

  /** Ends all connections without a word. */
  cut(): void {
    for (const { client, server } of this.#pairs) {
      client.destroy();
      server.destroy();
    }
  }

  /** New connections are refused, or let in again. */
  close(isClosed = true): void {
    this.#isClosed = isClosed;
  }

  /** What either side sends from now on is taken and reaches nobody; neither side sees that. New connections work. */
  swallow(): void {
    for (const pair of this.#pairs) {
      pair.isSwallowed = true;
      for (const socket of [pair.client, pair.server]) {
        socket.unpipe();
        socket.resume();
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #forward(client: Socket, port: number): void {
    if (this.#isClosed) {
      client.destroy();
      return;
    }
    const server = connect(port, '127.0.0.1');
    const pair: Pair = { client, server, isSwallowed: false };
    this.#pairs.add(pair);
    client.pipe(server);
    if (this.#pieceBytes === 0) server.pipe(client);
    else server.pipe(inPieces(this.#pieceBytes)).pipe(client.setNoDelay());
    const ends = [
      [client, server],
      [server, client],
    ] as const;
    for (const [socket, other] of ends) {
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        // over a half-open connection nobody hears that the other side has gone
        if (!pair.isSwallowed) other.destroy();
        if (client.destroyed && server.destroyed) this.#pairs.delete(pair);
      });
    }
  }
}

/** Cuts what passes anywhere. */
function inPieces(mostBytes: number): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      for (let at = 0; at < chunk.length; ) {
        const end = at + 1 + Math.floor(Math.random() * mostBytes);
        this.push(chunk.subarray(at, end));
        at = end;
      }
      done();
    },
  });
}
