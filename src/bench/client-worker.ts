/** A process of subscribers. It is told what to do over IPC, and reports how much it has received. */
import { randomUUID } from 'node:crypto';
import type { FromWorker, ToWorker } from './client-messages.ts';
import { RawClient } from './raw-client.ts';
import { sign } from './sign.ts';

/** On so many connections latency is measured, spread over all: a loop serves the first ones first. */
const SAMPLED = 20;
const REPORT_MS = 4;
const CONNECTS_AT_ONCE = 200;

const clients: RawClient[] = [];
let received = 0;
let latencies: number[] = [];
let reported = -1;

const report = (message: FromWorker): void => {
  process.send?.(message);
};
const now = (): number => (performance.timeOrigin + performance.now()) * 1000;

/** Who publishes writes when, in µs, as the price or the content. */
function sample(payload: Buffer | undefined): void {
  if (!payload) return;
  const sentAt = Number(/"(?:price|content)":"([0-9]+)"/.exec(payload.toString('latin1'))?.[1]);
  if (sentAt > 0) latencies.push((now() - sentAt) / 1000);
}

const tokens = new Map<string, Promise<string>>();

/** Who comes back has a token already. */
function tokenFor(secret: string, userId: string): Promise<string> {
  const token = tokens.get(userId) ?? sign(secret, userId);
  tokens.set(userId, token);
  return token;
}

/** As many as may be under way at once; the next begins when one is there. */
async function open({ port, count, users }: Extract<ToWorker, { type: 'open' }>): Promise<void> {
  const stride = Math.max(1, Math.floor(count / SAMPLED));
  const first = clients.length;
  let begun = 0;
  const connectSome = async (): Promise<void> => {
    while (begun < count) {
      const i = begun;
      begun += 1;
      const token = users && (await tokenFor(users.secret, `${users.prefix}${users.first + i}`));
      const sampled = (first + i) % stride === 0;
      const client = new RawClient({
        port,
        sampled,
        initPayload: token === undefined ? undefined : { token },
        onText: (payload) => {
          received += 1;
          if (sampled) sample(payload);
        },
      });
      clients[first + i] = client;
      await client.ready;
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, CONNECTS_AT_ONCE) }, connectSome));
}

async function signAll({ count, users }: Extract<ToWorker, { type: 'sign' }>): Promise<void> {
  for (let i = 0; i < count; i += 1) await tokenFor(users.secret, `${users.prefix}${users.first + i}`);
}

setInterval(() => {
  if (received === reported) return;
  reported = received;
  report({ type: 'received', count: received });
}, REPORT_MS);

process.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'open':
      open(message).then(
        () => report({ type: 'opened' }),
        (error: Error) => report({ type: 'failed', why: error.message }),
      );
      break;
    case 'sign':
      signAll(message).then(
        () => report({ type: 'signed' }),
        (error: Error) => report({ type: 'failed', why: error.message }),
      );
      break;
    case 'subscribe':
      clients.forEach((client, i) => {
        const variables = message.variables[i % message.variables.length];
        client.send({
          id: message.again ? `again-${i}` : randomUUID(),
          type: 'subscribe',
          payload: { query: message.query, variables },
        });
      });
      report({ type: 'subscribed' });
      break;
    case 'drop':
      for (const { socket } of clients.splice(0)) socket.destroy();
      report({ type: 'dropped' });
      break;
    case 'pause':
      // latency is measured on those that go on
      clients
        .filter(({ sampled }) => !sampled)
        .slice(-message.count)
        .forEach(({ socket }) => {
          socket.pause();
        });
      break;
    case 'reset':
      received = 0;
      reported = -1;
      latencies = [];
      report({ type: 'received', count: 0 });
      break;
    case 'latencies':
      report({ type: 'latencies', ms: latencies });
      break;
  }
});
process.on('disconnect', () => process.exit());
