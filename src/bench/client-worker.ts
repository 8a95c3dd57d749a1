/** A process of subscribers. It is told what to do over IPC, and reports how much it has received. */
import { randomUUID } from 'node:crypto';
import type { FromWorker, ToWorker } from './client-messages.ts';
import { RawClient } from './raw-client.ts';

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

/** The publisher writes when it published, in µs, as the price. */
function sample(payload: Buffer | undefined): void {
  if (!payload) return;
  const sentAt = Number(/"price":"([0-9]+)"/.exec(payload.toString('latin1'))?.[1]);
  if (sentAt > 0) latencies.push((now() - sentAt) / 1000);
}

async function open(port: number, count: number): Promise<void> {
  const stride = Math.max(1, Math.floor(count / SAMPLED));
  for (let done = 0; done < count; done += CONNECTS_AT_ONCE) {
    const some = Array.from({ length: Math.min(CONNECTS_AT_ONCE, count - done) }, () => {
      const sampled = clients.length % stride === 0;
      const client = new RawClient({
        port,
        sampled,
        onText: (payload) => {
          received += 1;
          if (sampled) sample(payload);
        },
      });
      clients.push(client);
      return client;
    });
    await Promise.all(some.map(({ ready }) => ready));
  }
}

setInterval(() => {
  if (received === reported) return;
  reported = received;
  report({ type: 'received', count: received });
}, REPORT_MS);

process.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'open':
      open(message.port, message.count).then(
        () => report({ type: 'opened' }),
        (error: Error) => report({ type: 'failed', why: error.message }),
      );
      break;
    case 'subscribe':
      clients.forEach((client, i) => {
        const symbols = message.watchlists[i % message.watchlists.length];
        client.send({
          id: randomUUID(),
          type: 'subscribe',
          payload: { query: message.query, variables: { symbols } },
        });
      });
      report({ type: 'subscribed' });
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
