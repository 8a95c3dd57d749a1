import { Redis } from 'ioredis';

/** The Redis to measure with: none is started here. @throws Error that says what to do */
export async function redisUrl(): Promise<string> {
  const url = process.env.REDIS_URL;
  if (!url) throw new Error('Name a running Redis in REDIS_URL, such as redis://localhost:6379.');
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  // the failure is that of `connect`
  redis.on('error', () => {});
  try {
    await redis.connect();
  } catch (error) {
    throw new Error(`Redis at REDIS_URL cannot be reached: start it, or correct the address.`, {
      cause: error,
    });
  } finally {
    redis.disconnect();
  }
  return url;
}
