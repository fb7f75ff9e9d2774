import { Cluster as IoRedisCluster6, Redis as IoRedis6 } from 'ioredis';
import { Cluster as IoRedisCluster5, Redis as IoRedis5 } from 'ioredis-5';
import { Keyv } from 'keyv';
import type { TokenCacheOptions, TokenCacheStore } from 'nestjs-entra';
import { KeyvTokenCacheStore } from 'nestjs-entra/keyv';
import { RedisTokenCacheStore } from 'nestjs-entra/redis';
import {
  createClient as createClient6,
  createCluster as createCluster6,
  createSentinel as createSentinel6,
} from 'redis';
import {
  createClient as createClient5,
  createCluster as createCluster5,
  createSentinel as createSentinel5,
} from 'redis-5';
import { describe, expect, expectTypeOf, it } from 'vitest';

const port = { host: '127.0.0.1', port: 1 };

/** The clients of applications, none of them connected. */
const CLIENTS = {
  'redis 6': () => new RedisTokenCacheStore(createClient6()),
  'redis 6, RESP 3': () => new RedisTokenCacheStore(createClient6({ RESP: 3 })),
  'redis 6, cluster': () => new RedisTokenCacheStore(createCluster6({ rootNodes: [{ socket: port }] })),
  'redis 6, sentinel': () =>
    new RedisTokenCacheStore(createSentinel6({ name: 'm', sentinelRootNodes: [port] })),
  'redis 5': () => new RedisTokenCacheStore(createClient5()),
  'redis 5, cluster': () => new RedisTokenCacheStore(createCluster5({ rootNodes: [{ socket: port }] })),
  'redis 5, sentinel': () =>
    new RedisTokenCacheStore(createSentinel5({ name: 'm', sentinelRootNodes: [port] })),
  'ioredis 6': () => new RedisTokenCacheStore(new IoRedis6({ lazyConnect: true })),
  'ioredis 6, cluster': () => new RedisTokenCacheStore(new IoRedisCluster6([port], { lazyConnect: true })),
  'ioredis 5': () => new RedisTokenCacheStore(new IoRedis5({ lazyConnect: true })),
  'ioredis 5, cluster': () => new RedisTokenCacheStore(new IoRedisCluster5([port], { lazyConnect: true })),
};

describe('The stores', () => {
  it.each(Object.entries(CLIENTS))('take a client of %s as it is', async (_name, create) => {
    const store = create();
    expectTypeOf(store).toExtend<TokenCacheStore>();
    expectTypeOf({ store }).toExtend<TokenCacheOptions>();
    await expect(store.get('key')).rejects.toThrow('the Redis client is not connected');
  });

  it('take a Keyv as it is', () => {
    expectTypeOf(new KeyvTokenCacheStore(new Keyv())).toExtend<TokenCacheStore>();
  });

  it.each([undefined, null, {}, { get: () => undefined }, 'redis://127.0.0.1'])('refuse %o', (value) => {
    expect(() => new RedisTokenCacheStore(value as unknown as IoRedis6)).toThrow(
      'RedisTokenCacheStore was given something that is no Redis client; give a client, cluster or sentinel of the packages redis or ioredis, version 5 or 6.',
    );
    expect(() => new KeyvTokenCacheStore(value as unknown as Keyv)).toThrow(
      'KeyvTokenCacheStore was given something that is no Keyv; give a Keyv, or the CACHE_MANAGER of @nestjs/cache-manager.',
    );
  });

  it('refuse a key prefix that is no text', () => {
    expect(() => new RedisTokenCacheStore(createClient6(), { keyPrefix: 1 as unknown as string })).toThrow(
      'keyPrefix of RedisTokenCacheStore is no text; give text such as "orders-api:".',
    );
  });
});
