import { Controller, Get } from '@nestjs/common';
import { createClient } from 'redis';
import { DownstreamScopes, TokenAcquisitionService, type EntraAuthOptions } from 'nestjs-entra';
import { RedisTokenCacheStore } from 'nestjs-entra/redis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ADAPTERS, startApp, type Adapter } from '../support/nest-app.js';
import { connected, REDIS_CLIENTS } from '../support/redis-clients.js';
import { startRedis, until } from '../support/redis-server.js';
import { startWorld, type World } from '../support/world.js';

const SCOPE = 'api://orders/Read';

@Controller()
class OrdersController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get('orders')
  async orders() {
    const { source, accessToken } = await this.tokens.getTokenForUser(SCOPE);
    return { source, accessToken };
  }

  @Get('ahead')
  @DownstreamScopes(SCOPE)
  async ahead() {
    return { accessToken: await this.tokens.getAccessTokenForUser(SCOPE) };
  }

  @Get('application')
  async application() {
    const { source } = await this.tokens.getTokenForApp('https://graph.microsoft.com/.default');
    return { source };
  }

  @Get('evict')
  async evict() {
    await this.tokens.evictUser();
    return {};
  }
}

const tokenCache = (store: RedisTokenCacheStore, more: EntraAuthOptions['tokenCache'] = {}) => ({
  tokenCache: { store, storeTimeoutMs: 1_000, ...more },
});

async function setUp() {
  const redis = await startRedis();
  onTestFinished(() => redis.kill());
  const world = await startWorld();
  const store = async () => new RedisTokenCacheStore(await connected(createClient({ url: redis.url })));
  const start = (adapter: Adapter, options: Partial<EntraAuthOptions>) =>
    startOrders(adapter, world, options);
  return { redis, world, store, start };
}

const startOrders = (adapter: Adapter, world: World, options: Partial<EntraAuthOptions>) =>
  startApp(adapter, world.options(options), { controllers: [OrdersController] });

describe.each(ADAPTERS)('A store that processes share, on %s', (adapter) => {
  it('a second process finds the token of the first: one GET, no exchange; memory asks nothing', async () => {
    const { redis, world, store, start } = await setUp();
    const token = world.token();
    const first = await start(adapter, tokenCache(await store()));
    const made = await first.get('/orders', token);
    expect(made.body).toMatchObject({ source: 'identity-platform' });
    await until(async () => (await redis.calls('set')) === 2); // its lease and its record

    const gets = await redis.calls('get');
    const second = await start(adapter, tokenCache(await store()));
    expect((await second.get('/orders', token)).body).toEqual({ ...made.body, source: 'store' });
    expect((await second.get('/orders', token)).body).toEqual({ ...made.body, source: 'memory' });
    expect((await second.get('/ahead', token)).body).toEqual({ accessToken: made.body['accessToken'] });
    expect(await redis.calls('get')).toBe(gets + 1);
    expect(world.exchanges()).toHaveLength(1);
  });
});

describe.each(REDIS_CLIENTS)('RedisTokenCacheStore over %s', (_name, storeOver) => {
  it('keeps bytes with a time to live, and leases that only their holder gives back', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.kill());
    const [store, other] = [await storeOver(redis.url), await storeOver(redis.url)];
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
    const redis = await startRedis();
    onTestFinished(() => redis.kill());
    const [store, other] = [await storeOver(redis.url), await storeOver(redis.url)];
    expect(await store.acquireLease('key', 60_000)).toBe(true);
    await redis.command('DEL', 'nestjs-entra:lease:key');
    expect(await other.acquireLease('key', 60_000)).toBe(true);
    await store.releaseLease('key');
    expect(await redis.command('EXISTS', 'nestjs-entra:lease:key')).toBe('1');
  });
});
