import { startPostgres } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import { SECRET, signFor } from '../support/server.ts';
import { Balancer } from './balancer.ts';
import { Instance } from './instances.ts';

/** The topology of compose.yaml with plain processes: Redis, PostgreSQL, two instances, a load balancer. */
async function main(): Promise<void> {
  console.log('Starting Redis and PostgreSQL …');
  const redis = await startRedis();
  const postgres = await startPostgres();
  await postgres.createDatabase('tickroom');
  const env = {
    REDIS_URL: redis.url,
    DATABASE_URL: postgres.url('tickroom'),
    AUTH_SECRET: SECRET,
    DRAIN_SECONDS: '2',
  };
  const instances = await Promise.all([1, 2].map(() => Instance.create(env)));
  console.log('Starting two instances …');
  await Promise.all(instances.map((instance) => instance.start()));
  const balancer = await Balancer.start(
    instances.map(({ port }) => port),
    Number(process.env.WEBSOCKET_PORT ?? 8002),
  );
  console.log(`Ready: ${balancer.url}/graphql, each connection at the next instance.`);
  for (const { port } of instances) console.log(`  an instance: http://127.0.0.1:${port}/health`);
  console.log(`  Redis: ${redis.url}\n  PostgreSQL: ${postgres.url('tickroom')}`);
  console.log(`  a token: ${await signFor('admin', 'ADMIN')}`);
  console.log('Kill an instance to see the other go on. Ctrl+C stops everything and forgets it.');

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) process.exit(1);
    stopping = true;
    console.log('Stopping …');
    await balancer[Symbol.asyncDispose]();
    await Promise.all(instances.map((instance) => instance.end('SIGTERM')));
    await redis.stop();
    await postgres.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      stop().catch((error: unknown) => {
        console.error(error);
        process.exit(1);
      });
    });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
