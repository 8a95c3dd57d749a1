import { openRaw } from '../support/raw-socket.ts';
import type { TestServer } from '../support/server.ts';

export interface Refusal {
  readonly message: string;
  readonly code: unknown;
}

interface ErrorText {
  readonly message: string;
  readonly extensions?: { readonly code?: unknown };
}

const refusal = (errors: readonly ErrorText[] | undefined): Refusal | undefined =>
  errors?.[0] && { message: errors[0].message, code: errors[0].extensions?.code };

/** Everything that a client may put into a request. */
export interface Asked {
  readonly query?: unknown;
  readonly variables?: object;
  readonly documentId?: string;
  readonly extensions?: object;
}

export const postJson = (server: TestServer, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

export async function overHttp(
  server: TestServer,
  asked: Asked,
  token?: string,
): Promise<Refusal | undefined> {
  const response = await postJson(server, asked, token ? { authorization: `Bearer ${token}` } : {});
  return refusal(((await response.json()) as { errors?: ErrorText[] }).errors);
}

/** The first message that an event stream carries, or the answer that refused it. */
export async function overEventStream(
  server: TestServer,
  asked: Asked,
  token?: string,
): Promise<Refusal | undefined> {
  const response = await postJson(server, asked, {
    accept: 'text/event-stream',
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) throw new Error('There is no body.');
  let text = '';
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    text += next.value;
    const json = /^(?:data: )?(\{.*\})$/m.exec(text)?.[1];
    if (json === undefined) continue;
    await reader.cancel();
    return refusal((JSON.parse(json) as { errors?: ErrorText[] }).errors);
  }
  throw new Error(`The stream ended after ${text}`);
}

/** The answer to one operation, and that the socket is still good for another. */
export async function overWebSocket(
  server: TestServer,
  { query = '', ...rest }: Asked,
  token?: string,
): Promise<Refusal | undefined> {
  const raw = await openRaw(server.wsUrl, { payload: token ? { token } : {} });
  const answer = async (id: string) => {
    while (raw.closeCode === undefined) {
      const message = raw.messages.find((heard) => heard.id === id);
      if (message) return message;
      await new Promise((resolve) => setImmediate(resolve));
    }
    throw new Error(`The socket was closed with ${raw.closeCode} ${raw.closeReason}.`);
  };
  raw.send({ id: '1', type: 'subscribe', payload: { query, ...rest } });
  const { type, payload } = await answer('1');
  raw.subscribe('2', '{ __typename }');
  await answer('2');
  raw.socket.destroy();
  return refusal(type === 'error' ? (payload as ErrorText[]) : (payload as { errors?: ErrorText[] }).errors);
}
