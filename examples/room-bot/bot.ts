import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const server = process.env.TICKROOM_URL ?? 'http://127.0.0.1:8002';
const token = process.env.TICKROOM_TOKEN ?? '';
const roomName = process.argv[2] ?? 'Trading floor';

interface RoomMessageEvent {
  readonly kind: 'CREATED' | 'EDITED' | 'DELETED';
  readonly cursor: string;
  readonly message: {
    readonly id: string;
    readonly content: string | null;
    readonly sender: { readonly id: string };
  };
}

const socket = createClient({
  url: `${server.replace(/^http/, 'ws')}/graphql`,
  webSocketImpl: WebSocket, // Node.js 20 has none of its own
  connectionParams: () => ({ authorization: `Bearer ${token}` }),
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => true, // without it one failed attempt ends every subscription
});

/**
 * Runs a query or mutation over the same WebSocket. After a lost connection graphql-ws sends it again.
 * @throws Error with the server's message
 */
async function run<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
  for await (const { data, errors } of socket.iterate<Data>({ query, variables })) {
    if (data) return data;
    throw new Error(errors?.[0]?.message ?? 'The answer has no data.');
  }
  throw new Error('There was no answer.');
}

/** Joins the room of that name, or creates it. @returns its id */
async function enterRoom(): Promise<string> {
  const { rooms } = await run<{ rooms: { edges: { node: { id: string; name: string } }[] } }>(
    '{ rooms(first: 100) { edges { node { id name } } } }',
  );
  const known = rooms.edges.find(({ node }) => node.name === roomName)?.node;
  if (known) {
    // joining again changes nothing
    await run('mutation ($id: ID!) { joinRoom(roomId: $id) { role } }', { id: known.id });
    return known.id;
  }
  const { createRoom } = await run<{ createRoom: { id: string } }>(
    'mutation ($name: String!) { createRoom(input: { name: $name, type: PUBLIC }) { id } }',
    { name: roomName },
  );
  return createRoom.id;
}

async function answerTo(command: string): Promise<string | undefined> {
  const symbol = /^!price\s+(\S+)$/.exec(command.trim())?.[1];
  if (!symbol) return undefined;
  try {
    const { quote } = await run<{ quote: { symbol: string; price: string | null; stale: boolean } | null }>(
      'query ($symbol: Symbol!) { quote(symbol: $symbol) { symbol price stale } }',
      { symbol },
    );
    if (!quote?.price) return `There is no quote of ${symbol}.`;
    return `${quote.symbol} ${quote.price}${quote.stale ? ' (stale)' : ''}`;
  } catch (error) {
    // an unknown symbol is the asker's business, not the end of the bot
    return error instanceof Error ? error.message : String(error);
  }
}

const { viewer } = await run<{ viewer: { id: string } | null }>('{ viewer { id } }');
const roomId = await enterRoom();

// iterate() ends when the server ends the subscription, and not with a lost connection
const messages = socket.iterate<{ roomMessages: RoomMessageEvent }, { resume?: object }>({
  query: `subscription ($roomId: ID!) {
    roomMessages(roomId: $roomId) { kind cursor message { id content sender { id } } }
  }`,
  variables: { roomId },
});
console.log(`listening in ${roomName} (${roomId})`);
for await (const { data, errors, extensions } of messages) {
  if (extensions?.resume) console.log(`resumed: ${JSON.stringify(extensions.resume)}`);
  if (errors) throw new Error(errors[0]?.message);
  const event = data?.roomMessages;
  if (event?.kind !== 'CREATED' || event.message.sender.id === viewer?.id) continue;
  const content = await answerTo(event.message.content ?? '');
  if (content === undefined) continue;
  // after a lost connection a message may arrive twice: the same clientId stores one answer
  const input = { content, clientId: `answer-${event.message.id}` };
  await run(
    'mutation ($roomId: ID!, $input: RoomMessageInput!) { sendRoomMessage(roomId: $roomId, input: $input) { id } }',
    {
      roomId,
      input,
    },
  );
  console.log(`answered: ${content}`);
}
