import { CACHE_MANAGER, CacheModule } from '@nestjs/cache-manager';
import { Module } from '@nestjs/common';
import { Redis as IoRedis } from 'ioredis';
import { Keyv } from 'keyv';
import { AuthModule, type TokenCacheStore } from 'nestjs-entra';
import { KeyvTokenCacheStore, type KeyvLike } from 'nestjs-entra/keyv';
import { RedisTokenCacheStore } from 'nestjs-entra/redis';
import { createClient } from 'redis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ADAPTERS, startModule, type App } from '../support/nest-app.js';
import { OrdersController, source, startOrders } from '../support/orders-app.js';
import { connected, REDIS_CLIENTS } from '../support/redis-clients.js';
import { startRedis, until, type RedisServer } from '../support/redis-server.js';
import { BEN, startWorld } from '../support/world.js';

async function startRedisForTest(config?: readonly string[]): Promise<RedisServer> {
  const redis = await startRedis({ config });
  onTestFinished(() => redis.kill());
  return redis;
}

const storeOver = async ({ url }: RedisServer) =>
  new RedisTokenCacheStore(await connected(createClient({ url })));

const warnings = ({ log }: App) => log.filter((line) => line.startsWith('warn '));

/** Keys of records; leases are none. */
async function recordKeys(redis: RedisServer): Promise<string[]> {
  const keys = (await redis.command('KEYS', '*'))
    .split('\r\n')
    .filter((line) => line.startsWith('nestjs-entra:'));
  return keys.filter((key) => !key.includes('lease:'));
}

describe.each(ADAPTERS)('A store that processes share, on %s', (adapter) => {
  it('a second process finds the token of the first: one GET, no exchange; memory asks nothing', async () => {
    const [redis, world] = [await startRedisForTest(), await startWorld()];
    const token = world.token();
    const first = await startOrders(adapter, world, await storeOver(redis));
    const made = await first.get('/orders', token);
    expect(made.body).toMatchObject({ source: 'identity-platform' });

    // Giving the lease back reads as well.
    await until(async () => (await redis.calls('eval')) === 1);
    const before = await redis.calls('get');
    const second = await startOrders(adapter, world, await storeOver(redis));
    expect((await second.get('/orders', token)).body).toEqual({ ...made.body, source: 'store' });
    expect((await second.get('/orders', token)).body).toEqual({ ...made.body, source: 'memory' });
    expect((await second.get('/ahead', token)).body).toEqual({ accessToken: made.body['accessToken'] });
    expect(await redis.calls('get')).toBe(before + 1);
    expect(world.exchanges()).toHaveLength(1);
  });

  it('whoever reads all of it finds neither token nor user, and no other caller opens a record', async () => {
    const [redis, world] = [await startRedisForTest(), await startWorld()];
    const first = await startOrders(adapter, world, await storeOver(redis));
    const token = world.token();
    const { body } = await first.get('/orders', token);
    const keys = await recordKeys(redis);
    expect(keys).toEqual([expect.stringMatching(/^nestjs-entra:[\w-]{43}$/)]);
    const dump = `${keys[0]} ${await redis.command('GET', keys[0] ?? '')}`;
    const { oid, tid } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
      string,
      string
    >;
    for (const part of [String(body['accessToken']), token, oid ?? '', tid ?? '', 'orders', 'Read']) {
      expect(dump).not.toContain(part);
    }
    const second = await startOrders(adapter, world, await storeOver(redis));
    for (const other of [world.token({ oid: BEN.oid }), world.token({ uti: 'another session' })]) {
      expect(await source(second, other)).toBe('identity-platform');
    }
    expect(warnings(second)).toEqual([]);
  });

  it('a value that was changed, cut off, moved or is of another version is none: one warning, one exchange', async () => {
    const [redis, world] = [await startRedisForTest(), await startWorld()];
    const store = await storeOver(redis);
    const [adele, ben] = [world.token(), world.token({ oid: BEN.oid })];
    const first = await startOrders(adapter, world, store);
    await source(first, adele);
    const [ofAdele = ''] = await recordKeys(redis);
    await source(first, ben);
    const ofBen = (await recordKeys(redis)).find((key) => key !== ofAdele) ?? '';
    const key = ofAdele.replace('nestjs-entra:', '');
    const good = (await store.get(key)) ?? new Uint8Array();
    const changed = Uint8Array.from(good, (byte, index) => (index === 40 ? byte ^ 1 : byte));
    const foreign = Uint8Array.from(good, (byte, index) => (index === 0 ? 2 : byte));
    const moved = (await store.get(ofBen.replace('nestjs-entra:', ''))) ?? new Uint8Array();
    for (const value of [
      changed,
      good.subarray(0, 50),
      good.subarray(0, 1),
      new Uint8Array(),
      moved,
      foreign,
    ]) {
      await store.set(key, value, 60_000);
      const app = await startOrders(adapter, world, await storeOver(redis));
      const before = world.exchanges().length;
      expect(await source(app, adele)).toBe('identity-platform');
      expect(world.exchanges()).toHaveLength(before + 1);
      expect(warnings(app)).toEqual([
        expect.stringContaining(
          `The token cache store gave a value that is not what was written under its key (${key})`,
        ),
      ]);
    }
  });

  it('another scope of the same API has a record of its own', async () => {
    const [redis, world] = [await startRedisForTest(), await startWorld()];
    const token = world.token();
    const first = await startOrders(adapter, world, await storeOver(redis));
    await source(first, token);
    await source(first, token, '/files');
    expect(await recordKeys(redis)).toHaveLength(2);
    const second = await startOrders(adapter, world, await storeOver(redis));
    expect(await source(second, token, '/files')).toBe('store');
    expect(await source(second, token)).toBe('store');
  });

  it('forceRefresh passes the store and replaces the record', async () => {
    const [redis, world] = [await startRedisForTest(), await startWorld()];
    const token = world.token();
    const [first, second, third] = await Promise.all(
      [1, 2, 3].map(async () => startOrders(adapter, world, await storeOver(redis))),
    );
    await source(first!, token);
    const { body } = await second!.get('/new', token);
    expect(body['source']).toBe('identity-platform');
    expect((await third!.get('/orders', token)).body).toEqual({ ...body, source: 'store' });
  });

  it('a token is evicted from memory and store: of the caller, and one that its API refuses', async () => {
    const [redis, world] = [await startRedisForTest(), await startWorld()];
    const [adele, ben] = [world.token(), world.token({ oid: BEN.oid })];
    const first = await startOrders(adapter, world, await storeOver(redis));
    for (const path of ['/evict', '/refused']) {
      await source(first, adele);
      await source(first, ben);
      await first.get(path, adele);
      expect(await recordKeys(redis)).toHaveLength(1);
      expect(await source(first, ben)).toBe('memory');
      expect(await source(first, adele)).toBe('identity-platform');
    }
  });

  it('evictUser() deletes the records that another process wrote for the token', async () => {
    const [redis, world] = [await startRedisForTest(), await startWorld()];
    const token = world.token();
    const [first, second, third] = await Promise.all(
      [1, 2, 3].map(async () => startOrders(adapter, world, await storeOver(redis))),
    );
    await source(first!, token);
    // It knows the scopes from another caller.
    await source(second!, world.token({ oid: BEN.oid }));
    await second!.get('/evict', token);
    expect(await source(third!, token)).toBe('identity-platform');
  });
});

describe('Tokens of the application itself', () => {
  it('stay in memory without sealing keys', async () => {
    const [redis, world] = [await startRedisForTest(), await startWorld()];
    const app = await startOrders('fastify', world, await storeOver(redis));
    expect(await source(app, world.token(), '/application')).toBe('identity-platform');
    expect(await source(app, world.token(), '/application')).toBe('memory');
    expect(await redis.command('DBSIZE')).toBe('0');
  });

  it('are sealed with the first of the keys, and open with each of them', async () => {
    const [redis, world] = [await startRedisForTest(), await startWorld()];
    const [oldKey, newKey, otherKey] = [1, 2, 3].map((byte) => Buffer.alloc(32, byte).toString('base64'));
    const ask = async (...sealingKeys: (string | undefined)[]) => {
      const keys = sealingKeys.filter((key) => key !== undefined);
      const app = await startOrders('fastify', world, await storeOver(redis), { sealingKeys: keys });
      return source(app, world.token(), '/application');
    };
    expect(await ask(oldKey)).toBe('identity-platform');
    expect(await ask(newKey, oldKey)).toBe('store');
    expect(await ask(otherKey)).toBe('identity-platform');
    expect(await ask(newKey)).toBe('identity-platform');
    expect(await ask(newKey)).toBe('store');
  });
});

describe('A store without a connection', () => {
  it.each([
    ['redis', () => createClient({ url: 'redis://127.0.0.1:1' })],
    ['ioredis', () => new IoRedis({ host: '127.0.0.1', port: 1, lazyConnect: true })],
  ])('stops neither the boot nor a request: %s', async (_name, client) => {
    const world = await startWorld();
    const redis = client();
    onTestFinished(() => void ('isReady' in redis ? redis.isOpen && redis.destroy() : redis.disconnect()));
    const app = await startOrders('fastify', world, new RedisTokenCacheStore(redis));
    for (let user = 0; user < 8; user++) {
      expect(await source(app, world.token({ uti: `session ${user}` }))).toBe('identity-platform');
    }
    expect(warnings(app)).toEqual([
      'warn The token cache store is out of service for reads (RedisNotConnectedError: the Redis client is not connected); requests go on with memory and the identity platform EntraAuth',
      'warn The token cache store is out of service for writes (RedisNotConnectedError: the Redis client is not connected); requests go on with memory and the identity platform EntraAuth',
    ]);
  });
});

describe('Shutdown', () => {
  it('lets a write end that is under way, and nothing is left that keeps the process', async () => {
    const [redis, world] = [await startRedisForTest(), await startWorld()];
    const store = await storeOver(redis);
    const held: TokenCacheStore = {
      get: (key) => store.get(key),
      set: async (key, value, ttlMs) => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        await store.set(key, value, ttlMs);
      },
      delete: (key) => store.delete(key),
    };
    const app = await startOrders('fastify', world, held, { storeWriteBudgetMs: 0 });
    await source(app, world.token());
    expect(await recordKeys(redis)).toEqual([]);
    await app.nest.close();
    expect(await recordKeys(redis)).toHaveLength(1);
  });

  it('does not wait for a store that does not answer longer than for one operation', async () => {
    const world = await startWorld();
    const never = () => new Promise<never>(() => undefined);
    const app = await startOrders(
      'fastify',
      world,
      { get: never, set: never, delete: never },
      { storeTimeoutMs: 50 },
    );
    await source(app, world.token());
    const begun = performance.now();
    await app.nest.close();
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});

describe.each(REDIS_CLIENTS)('RedisTokenCacheStore over %s', (_name, over) => {
  it('keeps bytes with a time to live, and leases that only their holder gives back', async () => {
    const redis = await startRedisForTest();
    const [store, other] = [await over(redis.url), await over(redis.url)];
    const value = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    expect(await store.get('key')).toBeUndefined();
    await store.set('key', value, 60_000);
    expect(Uint8Array.from((await other.get('key')) ?? [])).toEqual(value);
    expect(Number(await redis.command('PTTL', 'nestjs-entra:key'))).toBeGreaterThan(55_000);
    await other.delete('key');
    expect(await store.get('key')).toBeUndefined();

    expect(await store.acquireLease('key', 60_000)).toBe(true);
    expect(await other.acquireLease('key', 60_000)).toBe(false);
    await other.releaseLease('key');
    expect(await other.acquireLease('key', 60_000)).toBe(false);
    expect(Number(await redis.command('PTTL', 'nestjs-entra:lease:key'))).toBeGreaterThan(55_000);
    await store.releaseLease('key');
    expect(await other.acquireLease('key', 60_000)).toBe(true);
  });

  it('does not give back a lease that another process has by now', async () => {
    const redis = await startRedisForTest();
    const [store, other] = [await over(redis.url), await over(redis.url)];
    expect(await store.acquireLease('key', 60_000)).toBe(true);
    await redis.command('DEL', 'nestjs-entra:lease:key');
    expect(await other.acquireLease('key', 60_000)).toBe(true);
    await store.releaseLease('key');
    expect(await redis.command('EXISTS', 'nestjs-entra:lease:key')).toBe('1');
  });

  it('a list in place of a value is a value that does not open, and no fault of Redis', async () => {
    const redis = await startRedisForTest();
    const store = await over(redis.url);
    await redis.command('LPUSH', 'nestjs-entra:key', 'planted');
    expect(await store.get('key')).toEqual(new Uint8Array());
    expect(await store.acquireLease('key', 60_000)).toBe(true);
    await redis.command('DEL', 'nestjs-entra:lease:key');
    await redis.command('LPUSH', 'nestjs-entra:lease:key', 'planted');
    await store.releaseLease('key');
    expect(await redis.command('EXISTS', 'nestjs-entra:lease:key')).toBe('1');
  });
});

describe('KeyvTokenCacheStore', () => {
  it('serves a second process from a Keyv', async () => {
    const [world, map] = [await startWorld(), new Map<unknown, unknown>()];
    const token = world.token();
    const start = () => startOrders('fastify', world, new KeyvTokenCacheStore(new Keyv({ store: map })));
    expect(await source(await start(), token)).toBe('identity-platform');
    expect(await source(await start(), token)).toBe('store');
    expect(map.size).toBe(1);
  });

  it('serves a second process from the CACHE_MANAGER of @nestjs/cache-manager, and evicts', async () => {
    const [world, keyv] = [await startWorld(), new Keyv()];
    const token = world.token();
    const start = () => {
      @Module({ imports: [CacheModule.register({ stores: [keyv] })], exports: [CacheModule] })
      class SharedCacheModule {}
      @Module({
        imports: [
          AuthModule.forRootAsync({
            imports: [SharedCacheModule],
            inject: [CACHE_MANAGER],
            useFactory: (cache: KeyvLike) =>
              world.options({ tokenCache: { store: new KeyvTokenCacheStore(cache) } }),
          }),
        ],
        controllers: [OrdersController],
      })
      class RootModule {}
      return startModule('fastify', RootModule);
    };
    expect(await source(await start(), token)).toBe('identity-platform');
    const second = await start();
    expect(await source(second, token)).toBe('store');
    await second.get('/evict', token);
    expect(await source(await start(), token)).toBe('identity-platform');
  });
});
