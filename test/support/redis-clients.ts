import { Redis as IoRedis6 } from 'ioredis';
import { Redis as IoRedis5 } from 'ioredis-5';
import { createClient as createClient6 } from 'redis';
import { createClient as createClient5 } from 'redis-5';
import { RedisTokenCacheStore } from 'nestjs-entra/redis';
import { onTestFinished } from 'vitest';

/** The Redis clients of applications: a store over each, connected, and closed with the test. */
export const REDIS_CLIENTS: readonly [
  name: string,
  storeOver: (url: string) => Promise<RedisTokenCacheStore>,
][] = [
  ['redis 6', async (url) => new RedisTokenCacheStore(await connected(createClient6({ url })))],
  ['redis 5', async (url) => new RedisTokenCacheStore(await connected(createClient5({ url })))],
  ['ioredis 6', async (url) => new RedisTokenCacheStore(await ready(new IoRedis6(url)))],
  ['ioredis 5', async (url) => new RedisTokenCacheStore(await ready(new IoRedis5(url)))],
];

interface NodeRedisConnection {
  connect(): Promise<unknown>;
  destroy(): unknown;
  on(event: 'error', listener: () => void): unknown;
}

interface IoRedisConnection {
  ping(): Promise<unknown>;
  disconnect(): void;
}

/** A client of `redis`, connected. */
export async function connected<T extends NodeRedisConnection>(client: T): Promise<T> {
  client.on('error', () => undefined);
  await client.connect();
  onTestFinished(() => void client.destroy());
  return client;
}

/** A client of `ioredis`, connected. */
export async function ready<T extends IoRedisConnection>(client: T): Promise<T> {
  await client.ping();
  onTestFinished(() => client.disconnect());
  return client;
}
