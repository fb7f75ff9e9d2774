import { KeyvMemcache } from '@keyv/memcache';
import KeyvPostgres from '@keyv/postgres';
import { Keyv, type KeyvStoreAdapter } from 'keyv';
import type { TokenCacheStore } from 'nestjs-entra';
import { KeyvTokenCacheStore } from 'nestjs-entra/keyv';
import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PostgresTokenCacheStore } from '../docs/examples/postgres-token-cache.store.js';
import { codeBlocks, readMarkdown } from '../docs/markdown.js';
import { source, startOrders } from '../support/orders-app.js';
import { until } from '../support/redis-server.js';
import type { App } from '../support/nest-app.js';
import { startWorld, type World } from '../support/world.js';
import type { DatabaseServer } from './support/database-server.js';
import { startMemcached } from './support/memcached-server.js';
import { startPostgres } from './support/postgres-server.js';
import { startSilencingProxy } from './support/silencing-proxy.js';

function keyvOver(adapter: KeyvStoreAdapter): TokenCacheStore {
  const keyv = new Keyv({ store: adapter, throwOnErrors: true });
  keyv.on('error', () => undefined);
  // The adapter for PostgreSQL has one pool for all, which can be ended once.
  onTestFinished(() => keyv.disconnect().catch(() => undefined));
  return new KeyvTokenCacheStore(keyv);
}

/** The statements that the documentation gives. */
const TABLE =
  codeBlocks(readMarkdown('docs/caching.md')).find(({ language }) => language === 'sql')?.code ?? '';

async function postgresStore(url: string): Promise<TokenCacheStore> {
  const client = new Client(url);
  await client.connect();
  const { rows } = await client.query("SELECT 1 FROM pg_tables WHERE tablename = 'token_cache'");
  if (rows.length === 0) await client.query(TABLE);
  await client.end();
  const store = new PostgresTokenCacheStore(url);
  onTestFinished(() => store.close());
  return store;
}

const STORES: readonly [
  name: string,
  start: () => Promise<DatabaseServer>,
  over: (url: string) => Promise<TokenCacheStore>,
][] = [
  ['Keyv over Memcached', startMemcached, async (url) => keyvOver(new KeyvMemcache(url))],
  ['Keyv over PostgreSQL', startPostgres, async (url) => keyvOver(new KeyvPostgres(url))],
  ['the store over PostgreSQL of the documentation', startPostgres, postgresStore],
];

describe.each(STORES)('%s', (_name, start, over) => {
  it('gives back bytes for their time, and forgets what is deleted', async () => {
    const store = await over((await start()).url);
    const value = Buffer.from(Array.from({ length: 4_096 }, (_, index) => index % 256));
    expect(await store.get('key')).toBeUndefined();
    await store.set('key', value, 60_000);
    expect(Buffer.compare(Buffer.from((await store.get('key')) ?? []), value)).toBe(0);
    await store.set('key', value, 1_000);
    await until(async () => (await store.get('key')) === undefined);
    await store.set('key', value, 60_000);
    await store.delete('key');
    expect(await store.get('key')).toBeUndefined();
  });

  it('serves a second process, and a third one after eviction not', async () => {
    const [world, { url }] = [await startWorld(), await start()];
    const token = world.token();
    const startApi = async () => startOrders('fastify', world, await over(url));
    expect(await source(await startApi(), token)).toBe('identity-platform');
    const second = await startApi();
    expect(await source(second, token)).toBe('store');
    await second.get('/evict', token);
    expect(await source(await startApi(), token)).toBe('identity-platform');
    expect(world.exchanges()).toHaveLength(2);
  });
});

// The adapter of Keyv over PostgreSQL does not outlive the end of a connection that waits, as the documentation says.
describe.each(STORES.filter(([name]) => name !== 'Keyv over PostgreSQL'))('%s', (_name, start, over) => {
  it('fails no request while the database is away, and is used again when it is back', async () => {
    const [world, database] = [await startWorld(), await start()];
    const apis = await startTwo(world, database, over);
    await database.kill();
    await expectService(world, apis[0]);
    await database.restart();
    await untilShared(world, apis);
  });
});

async function startTwo(
  world: World,
  { url }: DatabaseServer,
  over: (url: string) => Promise<TokenCacheStore>,
) {
  const options = { storeTimeoutMs: 50, storeWriteBudgetMs: 50 };
  return [
    await startOrders('fastify', world, await over(url), options),
    await startOrders('fastify', world, await over(url), options),
  ] as const;
}

async function expectService(world: World, api: App): Promise<void> {
  for (let session = 0; session < 20; session++) {
    const { status } = await api.get('/orders', world.token({ uti: `away ${session}` }));
    expect(status).toBe(200);
  }
}

async function untilShared(world: World, [one, other]: readonly [App, App]): Promise<void> {
  let sessions = 0;
  await until(async () => {
    const token = world.token({ uti: `back ${(sessions += 1)}` });
    await source(one, token);
    return (await source(other, token)) === 'store';
  }, 20_000);
}

describe('The store over PostgreSQL of the documentation', () => {
  it('has leases: concurrent first requests at two processes make one exchange', async () => {
    const [world, { url }] = [await startWorld(), await startPostgres()];
    const apis = [
      await startOrders('fastify', world, await postgresStore(url)),
      await startOrders('fastify', world, await postgresStore(url)),
    ];
    const token = world.token();
    world.emulator.failNext({ delayMs: 300 });
    const sources = await Promise.all([...apis, ...apis].map((api) => source(api, token)));
    expect(new Set(sources)).toEqual(new Set(['identity-platform', 'store']));
    expect(world.exchanges()).toHaveLength(1);
  });

  it('fails no request while connections are silent, and is used again over new ones', async () => {
    const world = await startWorld();
    const database = await startPostgres();
    const proxy = await startSilencingProxy(Number(new URL(database.url).port));
    const apis = await startTwo(
      world,
      { ...database, url: `postgres://api@127.0.0.1:${proxy.port}/postgres` },
      postgresStore,
    );
    await untilShared(world, apis);
    proxy.silence();
    await expectService(world, apis[0]);
    await untilShared(world, apis);
  });

  it('gives a lease to one, gives back its own only, and lends it again after its time', async () => {
    const { url } = await startPostgres();
    const [one, other] = [await postgresStore(url), await postgresStore(url)];
    expect(await one.acquireLease?.('key', 60_000)).toBe(true);
    expect(await other.acquireLease?.('key', 60_000)).toBe(false);
    await other.releaseLease?.('key');
    expect(await other.acquireLease?.('key', 60_000)).toBe(false);
    await one.releaseLease?.('key');
    expect(await other.acquireLease?.('key', 50)).toBe(true);
    await until(async () => (await one.acquireLease?.('key', 60_000)) === true);
  });
});
