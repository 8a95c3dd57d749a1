import { randomUUID } from 'node:crypto';
import { ApolloClient, gql, InMemoryCache } from '@apollo/client/core';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { disposeClient, plainClient, type Result } from './clients.ts';
import { type NoticeFrame, type TradeFrame, TradeLog } from './trade-log.ts';
import { wait } from './wait.ts';

export interface ReaderOptions {
  readonly url: string;
  readonly name: string;
  readonly token: string;
  readonly symbols: readonly string[];
  readonly random: () => number;
}

export interface TradeReader {
  readonly log: TradeLog;
  dispose(): Promise<void>;
}

type Trades = { readonly trades: TradeFrame };

const TRADES = `subscription ($symbols: [Symbol!]!) {
  trades(symbols: $symbols, delivery: { mode: EVERY }) { id symbol sequence sourceSequence cursor } }`;
const NOTICES = 'subscription { notices { id kind topic from to reason recovered } }';

/** graphql-ws as its documentation makes it, which sees `extensions`. */
export function readByGraphqlWs({ url, name, token, symbols, random }: ReaderOptions): TradeReader {
  const log = new TradeLog(name);
  const client = plainClient(url, token, random);
  client.subscribe<Trades>(
    { query: TRADES, variables: { symbols } },
    {
      next: (result) => hear(log, result as Result<Trades>),
      error: (error) => log.problem(`it ended: ${JSON.stringify(error) ?? String(error)}`),
      complete: () => {},
    },
  );
  return { log, dispose: () => disposeClient(client) };
}

/** Apollo Client, which does not show `extensions`: what is missing is told by `notices`. */
export function readByApollo({ url, name, token, symbols, random }: ReaderOptions): TradeReader {
  const log = new TradeLog(name);
  const socket = plainClient(url, token, random);
  const apollo = new ApolloClient({ link: new GraphQLWsLink(socket), cache: new InMemoryCache() });
  const ended = (error: unknown): void => log.problem(`it ended: ${String(error)}`);
  apollo.subscribe<{ notices: NoticeFrame }>({ query: gql(NOTICES) }).subscribe({
    next: ({ data, error }) => {
      if (error) ended(error);
      if (data) log.receiveNotice(data.notices);
    },
    error: ended,
  });
  apollo.subscribe<Trades>({ query: gql(TRADES), variables: { symbols } }).subscribe({
    next: ({ data, error }) => {
      if (error) ended(error);
      if (data) log.receive(data.trades, {});
    },
    error: ended,
  });
  return {
    log,
    async dispose() {
      apollo.stop();
      await disposeClient(socket);
    },
  };
}

/** Server-sent events as an EventSource reads them: after a lost connection it sends the last id. */
export function readByEventStream({ url, name, token, symbols, random }: ReaderOptions): TradeReader {
  const log = new TradeLog(name);
  const aborting = new AbortController();
  const body = JSON.stringify({
    query: TRADES,
    variables: { symbols },
    extensions: { session: randomUUID() },
  });
  let lastEventId: string | undefined;
  const readOnce = async (): Promise<void> => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${token}`,
        ...(lastEventId ? { 'last-event-id': lastEventId } : {}),
      },
      body,
      signal: aborting.signal,
    });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      if (response.status < 500) log.problem(`it was refused with ${response.status}`);
      return;
    }
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const { id, data } = fieldsOf(event);
        if (id) lastEventId = id;
        const result = data && (JSON.parse(data) as Result<Trades>);
        // a stream says in its last event that it may be opened again
        if (result && !mayReopen(result)) hear(log, result);
      }
    }
  };
  const reading = (async () => {
    while (!aborting.signal.aborted) {
      // the connection was cut, or there was none
      await readOnce().catch(() => {});
      await wait(200 + random() * 800);
    }
  })();
  return {
    log,
    async dispose() {
      aborting.abort();
      await reading;
    },
  };
}

const mayReopen = ({ errors }: Result<Trades>): boolean =>
  Array.isArray(errors) &&
  errors.every(
    (error: { extensions?: { code?: string } }) => error.extensions?.code === 'SERVICE_UNAVAILABLE',
  );

function hear(log: TradeLog, { data, errors, extensions }: Result<Trades>): void {
  if (errors) log.problem(JSON.stringify(errors));
  if (data) log.receive(data.trades, extensions ?? {});
}

function fieldsOf(event: string): { readonly id?: string; readonly data?: string } {
  return Object.fromEntries(
    event.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
}
