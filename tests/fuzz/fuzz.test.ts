import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/errors.ts';
import { Bystander, portOf } from '../support/hostile.ts';
import { User } from '../support/rooms.ts';
import { seedOf } from '../support/seeded.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { frameBytes, OPCODE, TcpClient, upgradeRequest } from '../support/tcp-client.ts';
import { Mutations } from './mutations.ts';

// `npm run test:fuzz -- --count N --seed S` sets these
const COUNT = Number(process.env.FUZZ_COUNT ?? 5_000);
const SEED = seedOf(process.env.FUZZ_SEED);
const FRAMES_PER_CONNECTION = 24;
const AT_ONCE = 32;
/** What is kept for good: checked documents, a database's pool. */
const KEPT_BYTES = 24 * 2 ** 20;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heap(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

interface Told {
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** Everything in an answer that no client may be told. */
function complaints(errors: Told['errors']): string[] {
  return (errors ?? []).flatMap(({ message, extensions }) => {
    const code = extensions?.code ?? '';
    return Object.hasOwn(ERROR_CODES, code) && code !== 'INTERNAL_ERROR' ? [] : [`${code}: ${message}`];
  });
}

/** One connection with its share of frames. @returns what is wrong with what came back */
async function overWebSocket(server: TestServer, mutations: Mutations, token: string): Promise<string[]> {
  using client = new TcpClient(portOf(server));
  client.write(upgradeRequest());
  if (mutations.random() < 0.9) {
    client.say({ type: 'connection_init', payload: mutations.random() < 0.8 ? { token } : {} });
    await until(() => client.frames.length > 0);
  }
  let isTorn = false;
  for (let i = 0; i < FRAMES_PER_CONNECTION && !client.closed; i += 1) {
    client.write(mutations.frame());
    isTorn ||= mutations.isTorn;
  }
  // what was said before is answered before this is
  client.say({ id: 'last', type: 'subscribe', payload: { query: '{ rooms { edges { cursor } } }' } });
  await until(
    () => isTorn || client.closeCode !== undefined || client.messages.some(({ id }) => id === 'last'),
  );
  client.socket.end(frameBytes({ opcode: OPCODE.close, payload: '' }));
  await until(() => client.ended);
  const problems =
    client.closeCode === 4500 || client.closeCode === 1011 ? [`closed with ${client.closeCode}`] : [];
  for (const { type, payload } of client.messages) {
    if (type === 'error') problems.push(...complaints(payload as Told['errors']));
    else if (type === 'next') problems.push(...complaints((payload as Told).errors));
    else if (!['connection_ack', 'pong', 'complete'].includes(type)) problems.push(`a message ${type}`);
  }
  return problems;
}

async function overHttp(server: TestServer, mutations: Mutations, token: string): Promise<string[]> {
  const dice = mutations.random();
  const body = dice < 0.03 ? String(mutations.noise()) : mutations.body();
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': dice < 0.97 ? 'application/json' : 'text/plain',
      accept: dice < 0.5 ? 'application/json' : 'application/graphql-response+json',
      ...(dice < 0.9 ? { authorization: `Bearer ${dice < 0.85 ? token : 'no.token.this'}` } : {}),
    },
    body,
  });
  if (response.headers.get('content-type')?.includes('event-stream')) {
    await response.body?.cancel();
    return ['an event stream that nobody asked for'];
  }
  const text = await response.text();
  const problems = response.status >= 500 ? [`status ${response.status} for ${body.slice(0, 300)}`] : [];
  if (text === '') return problems;
  return [...problems, ...complaints((JSON.parse(text) as Told).errors)];
}

async function until(isSo: () => boolean): Promise<void> {
  await expect.poll(isSo, { interval: 2, timeout: 15_000 }).toBe(true);
}

it(
  `V9 ${COUNT} random frames and bodies (seed ${SEED}) break nothing, and every answer has a code of the list`,
  async () => {
    await using server = await startServer({ MAX_PAYLOAD_BYTES: '65536' });
    const bystander = await Bystander.at(server);
    const users = await Promise.all([User.at(server, 'ann', 'PUBLISHER'), User.at(server, 'bob')]);
    const rooms = await Promise.all(users.map((user) => user.createRoom()));
    const mutations = new Mutations(SEED, rooms);
    let heapBefore = 0;
    let done = 0;
    while (done < COUNT) {
      const tasks = Array.from({ length: AT_ONCE }, (_, i) => {
        const token = users[i % users.length]?.token ?? '';
        if (i % 4 === 0) {
          done += FRAMES_PER_CONNECTION;
          return overWebSocket(server, mutations, token);
        }
        done += 1;
        return overHttp(server, mutations, token);
      });
      expect((await Promise.all(tasks)).flat()).toEqual([]);
      // by then everything that is kept for good is there
      if (heapBefore === 0 && done > COUNT / 4) heapBefore = heap();
    }
    await bystander.isServed();
    await bystander.isAlone();
    expect(heap()).toBeLessThan(heapBefore * 1.1 + KEPT_BYTES);
  },
  Math.max(60_000, COUNT * 5),
);
