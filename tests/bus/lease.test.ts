import { afterAll, beforeAll } from 'vitest';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { leaseContract } from './lease.contract.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

leaseContract('Redis', { url: () => redis.url, ownerOf: async () => redis });
