import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { ChildServer } from '../support/child-server.ts';
import { pastTrades } from './past-trades.ts';

/** Somebody of a server in development, who asks it for things. */
async function ask<T>(url: string, token: string, query: string, variables: object = {}): Promise<T> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: T; errors?: { message: string }[] };
  if (errors?.[0]) throw new Error(errors[0].message);
  return data;
}

/** A server in development, and with what it gives tokens. */
export type DevServer = Pick<ChildServer, 'url' | 'devNonce'>;

export async function devToken(
  { url, devNonce }: DevServer,
  user: string,
  roles: readonly string[] = ['USER'],
): Promise<string> {
  const response = await fetch(`${url}/dev/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tickroom-dev': devNonce },
    body: JSON.stringify({ user, roles }),
  });
  return ((await response.json()) as { token: string }).token;
}

const TALK = [
  ['mei', 'Moutai opens at the limit again. 茅台又是高开。'],
  ['jonas', 'Look at the ask side though, nobody is in a hurry to buy here.'],
  ['alice', 'Super-large orders are net negative since ten.'],
  ['mei', '主力净流出，散户在接。'],
  ['jonas', 'I would wait for 1,680 before adding anything.'],
  ['alice', 'Agreed. Setting an alert.'],
] as const;

/** Has rooms open, so that somebody is there. @returns leaves them */
function stay(url: string, token: string, roomIds: readonly string[]): () => void {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
  });
  for (const roomId of roomIds) {
    const query = 'subscription ($roomId: ID!) { roomMessages(roomId: $roomId) { cursor } }';
    client.subscribe(
      { query, variables: { roomId } },
      { next: () => {}, error: () => {}, complete: () => {} },
    );
  }
  return () => void client.dispose();
}

export interface Furnished extends AsyncDisposable {
  readonly token: string;
  readonly roomIds: readonly string[];
}

/** So many in one mutation. */
const TRADES_AT_ONCE = 100;

/** Gives a server people, rooms, messages and trades of before, so that there is something to see. */
export async function furnish(server: DevServer): Promise<Furnished> {
  const { url } = server;
  const token = await devToken(server, 'alice', ['USER', 'ADMIN']);
  const tokens = { alice: token, mei: await devToken(server, 'mei'), jonas: await devToken(server, 'jonas') };
  const create = async (by: string, input: object): Promise<string> => {
    const query = 'mutation ($input: CreateRoomInput!) { createRoom(input: $input) { id } }';
    return (await ask<{ createRoom: { id: string } }>(url, by, query, { input })).createRoom.id;
  };
  const join = (by: string, room: string) =>
    ask(url, by, 'mutation ($room: ID!) { joinRoom(roomId: $room) { role } }', { room });
  const say = (by: string, room: string, content: string) =>
    ask(
      url,
      by,
      'mutation ($room: ID!, $content: String!) { sendRoomMessage(roomId: $room, input: { content: $content }) { id } }',
      { room, content },
    );
  const liquor = await create(token, { name: 'Liquor stocks', description: 'What moves, and why' });
  const desk = await create(token, { name: '早盘 Morning desk', description: 'Open to close' });
  const chips = await create(tokens.mei, { name: 'Semiconductors', description: 'From wafers to phones' });
  await create(tokens.mei, { name: 'Index futures', description: 'IF, IC and IH, roll and basis' });
  await create(tokens.jonas, { name: 'Vault', type: 'PROTECTED', password: 'sesame' });
  for (const room of [liquor, desk]) for (const by of [tokens.mei, tokens.jonas]) await join(by, room);
  await join(token, chips);
  await say(tokens.mei, chips, '688981 is being bought in size.');
  for (const [who, content] of TALK) await say(tokens[who], liquor, content);
  await say(tokens.jonas, desk, 'Good morning. CPI at 9:30, then nothing until lunch.');
  await say(tokens.alice, desk, '早上好。');
  const broadcast =
    'mutation ($content: String!, $type: MessageType!) { broadcast(to: { user: "alice" }, input: { content: $content, type: $type }) { recipients } }';
  await ask(url, token, broadcast, { content: 'Trading in 600519 resumes at 13:00.', type: 'ALERT' });
  await ask(url, token, broadcast, {
    content: 'Fund-flow thresholds were updated for Hong Kong.',
    type: 'NOTIFICATION',
  });
  const publish = 'mutation ($input: [TradeInput!]!) { publishTrades(input: $input) { accepted } }';
  const trades = pastTrades('600519', 1688, Date.now());
  for (let i = 0; i < trades.length; i += TRADES_AT_ONCE) {
    await ask(url, token, publish, { input: trades.slice(i, i + TRADES_AT_ONCE) });
  }
  const leave = [stay(url, tokens.mei, [liquor, desk]), stay(url, tokens.jonas, [liquor])];
  return {
    token,
    roomIds: [liquor, desk],
    async [Symbol.asyncDispose]() {
      for (const end of leave) end();
    },
  };
}
