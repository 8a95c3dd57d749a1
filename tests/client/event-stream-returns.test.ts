import { randomUUID } from 'node:crypto';
import { createClient, type ExecutionResult, type RequestParams } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultyNetwork } from '../support/faulty-network.ts';
import { ROOM_MESSAGES, User } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

const POLL = { timeout: 15_000, interval: 20 };
const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);
const distinct = (numbers: readonly number[]): number[] => [...new Set(numbers)];
const trades = (symbol: string): string =>
  `subscription ($after: [Cursor!]) { trades(symbols: ["${symbol}"], after: $after) { sequence cursor } }`;

interface Events {
  readonly trades?: { readonly sequence: number; readonly cursor: string };
  readonly roomMessages?: { readonly message: { readonly sequence: number } };
}
interface Resume {
  readonly recovered: boolean;
  readonly replayed: number;
  readonly reason: string | null;
}

describe('graphql-sse, which comes back without Last-Event-ID', () => {
  let server: TestServer;
  let network: FaultyNetwork;
  beforeAll(async () => {
    server = await startServer();
    network = await FaultyNetwork.start(() => Number(new URL(server.url).port));
  });
  afterAll(async () => {
    await network[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const trade = (symbol: string, count = 1) =>
    server.publish(
      'publishTrades',
      Array.from({ length: count }, () => ({ symbol, price: '1', size: '1' })),
    );

  /** The unmodified client. */
  function open(request: RequestParams, token?: string, url = network.httpUrl) {
    const results: ExecutionResult<Events>[] = [];
    const ends: string[] = [];
    const client = createClient({
      url,
      headers: token ? { authorization: `Bearer ${token}` } : {},
      retryAttempts: 50,
      retry: () => new Promise((resolve) => setTimeout(resolve, 50)),
    });
    client.subscribe<Events>(request, {
      next: (result) => results.push(result as ExecutionResult<Events>),
      error: (error) => ends.push(String(error)),
      complete: () => ends.push('complete'),
    });
    return {
      results,
      ends,
      sequences: () =>
        results.flatMap(({ data }) => data?.trades?.sequence ?? data?.roomMessages?.message.sequence ?? []),
      resumes: () => results.flatMap(({ extensions }) => (extensions?.resume as Resume | undefined) ?? []),
      stop: () => client.dispose(),
    };
  }
  type Opened = ReturnType<typeof open>;

  const subscribers = (): number => server.app.stats().streaming.subscribers;

  /** Publishes 1 and 2, 3 to 5 while the connections are cut, and 6. */
  async function cutBetween(clients: readonly Opened[], publish: (count: number) => Promise<void>) {
    const before = subscribers();
    await publish(2);
    for (const client of clients) await expect.poll(() => distinct(client.sequences()), POLL).toEqual([1, 2]);
    network.close();
    network.cut();
    await expect.poll(subscribers, POLL).toBe(before - clients.length);
    await publish(3);
    network.close(false);
    await expect.poll(subscribers, POLL).toBe(before);
    await publish(1);
    for (const client of clients) await expect.poll(() => client.sequences().at(-1), POLL).toBe(6);
  }
  const opened = (...clients: readonly Opened[]) =>
    expect
      .poll(subscribers, POLL)
      .toBe(clients.length)
      .then(() => clients);

  it('U14 goes on after a cut, when somebody signed in has one subscription of its kind', {
    timeout: 30_000,
  }, async () => {
    const token = await server.token('ada');
    const [client] = await opened(open({ query: trades('SEA') }, token));
    await cutBetween([client as Opened], (count) => trade('SEA', count));
    expect(distinct(client?.sequences() ?? [])).toEqual(upTo(6));
    expect(client?.resumes()).toMatchObject([{ recovered: true, reason: null }]);
    client?.stop();
  });

  it('U14 so do rooms', { timeout: 30_000 }, async () => {
    const alice = await User.at(server, 'alice');
    const room = await alice.createRoom({ name: 'streams' });
    await expect.poll(subscribers, POLL).toBe(0);
    const [client] = await opened(open({ query: ROOM_MESSAGES, variables: { room } }, alice.token));
    await cutBetween([client as Opened], async (count) => {
      for (let n = 0; n < count; n += 1) await alice.send(room, 'hello');
    });
    expect(distinct(client?.sequences() ?? [])).toEqual(upTo(6));
    expect(client?.resumes()).toMatchObject([{ recovered: true }]);
    client?.stop();
  });

  it('U14 of several that are alike each is told that it may have missed something, or goes on by its operationId', {
    timeout: 40_000,
  }, async () => {
    const token = await server.token('bob');
    await expect.poll(subscribers, POLL).toBe(0);
    const nameless = [open({ query: trades('SEB') }, token), open({ query: trades('SEB') }, token)];
    await opened(...nameless);
    await cutBetween(nameless, (count) => trade('SEB', count));
    for (const client of nameless) {
      expect(client.resumes().at(-1)).toMatchObject({ recovered: false, reason: 'SESSION_UNKNOWN' });
      client.stop();
    }
    await expect.poll(subscribers, POLL).toBe(0);
    const named = [1, 2].map(() =>
      open({ query: trades('SEC'), extensions: { operationId: randomUUID() } }, token),
    );
    await opened(...named);
    await cutBetween(named, (count) => trade('SEC', count));
    for (const client of named) {
      expect(distinct(client.sequences())).toEqual(upTo(6));
      expect(client.resumes()).toMatchObject([{ recovered: true }]);
      client.stop();
    }
  });

  it.each([
    ['takes over by its operationId, is told', { operationId: randomUUID() }, 'POSITION_UNKNOWN'],
    ['has no name, is told', undefined, 'SESSION_UNKNOWN'],
  ])(
    'U14 a client whose old connection looks alive, and which %s',
    {
      timeout: 30_000,
    },
    async (_how, extensions, reason) => {
      const symbol = extensions ? 'SED' : 'SEE';
      const token = await server.token('carol');
      await expect.poll(subscribers, POLL).toBe(0);
      const request = { query: trades(symbol), ...(extensions && { extensions }) };
      const [first] = await opened(open(request, token));
      await trade(symbol);
      await expect.poll(() => first?.sequences(), POLL).toEqual([1]);
      network.swallow();
      await trade(symbol);
      // another way, since fetch may have kept a connection of the dead one
      const again = open(request, token, `${server.url}/graphql`);
      await expect.poll(() => again.resumes(), POLL).toMatchObject([{ recovered: false, reason }]);
      expect(first?.sequences()).toEqual([1]);
      again.stop();
      first?.stop();
      network.cut();
    },
  );

  it('U14 without a token it is told, or goes on by a cursor that it puts into its request', {
    timeout: 40_000,
  }, async () => {
    await expect.poll(subscribers, POLL).toBe(0);
    const [told] = await opened(open({ query: trades('SEF') }));
    await cutBetween([told as Opened], (count) => trade('SEF', count));
    expect(told?.resumes()).toMatchObject([{ recovered: false, reason: 'SESSION_UNKNOWN' }]);
    told?.stop();
    await expect.poll(subscribers, POLL).toBe(0);
    const request = { query: trades('SEG'), variables: {} as Record<string, unknown> };
    const [client] = await opened(open(request));
    const push = client?.results.push.bind(client.results);
    // as a program does it in `next`
    Object.assign(client?.results ?? [], {
      push: (result: ExecutionResult<Events>) => {
        request.variables = { after: [result.data?.trades?.cursor] };
        return push?.(result);
      },
    });
    await cutBetween([client as Opened], (count) => trade('SEG', count));
    expect(client?.sequences()).toEqual(upTo(6));
    client?.stop();
  });

  it('U14 a first subscription is told nothing', { timeout: 20_000 }, async () => {
    await expect.poll(subscribers, POLL).toBe(0);
    for (const token of [undefined, await server.token('dave')]) {
      const symbol = token ? 'SEH' : 'SEI';
      const client = open({ query: trades(symbol) }, token);
      await expect.poll(subscribers, POLL).toBe(1);
      await trade(symbol);
      await expect.poll(() => client.sequences(), POLL).toEqual([1]);
      expect(client.resumes()).toEqual([]);
      client.stop();
      await expect.poll(subscribers, POLL).toBe(0);
    }
  });
});
