import { RedisTokenCacheStore } from 'nestjs-entra/redis';
import { createCluster as createCluster6, createSentinel as createSentinel6 } from 'redis';
import { createCluster as createCluster5, createSentinel as createSentinel5 } from 'redis-5';
import { describe, expect, it } from 'vitest';
import { connected } from '../support/redis-clients.js';
import { until } from '../support/redis-server.js';
import { startWorld, type World } from '../support/world.js';
import { startPair, type ApiProcess, type Servers } from './support/api-process.js';
import { IS_LONG, load, newSessions, signed, tell } from './support/load.js';
import { startCluster, startSentinels } from './support/redis-topologies.js';

const SECONDS = IS_LONG ? 20 : 3;
const PER_SECOND = IS_LONG ? 60 : 30;

/** Two processes with `redis`, and two with `ioredis`; connected. */
async function startPairs(world: World, servers: Servers) {
  const pairs = [];
  for (const name of ['redis', 'ioredis'] as const) {
    const apis = await startPair(world, name, servers);
    for (const api of apis) await until(() => api.isConnected());
    pairs.push([name, apis] as const);
  }
  return pairs;
}

type Pairs = Awaited<ReturnType<typeof startPairs>>;

/** Both pairs under load while `fail()` does its work: no request fails. */
async function loadWhile(world: World, pairs: Pairs, what: string, fail: () => void): Promise<void> {
  const rate = { seconds: SECONDS, perSecond: PER_SECOND / 2 };
  const runs = pairs.map(([name, apis]) => {
    const token = signed(newSessions(world, `${what}, ${name}`), rate.seconds * rate.perSecond);
    return async () => [name, await load(world, apis, { ...rate, token })] as const;
  });
  const loads = runs.map((run) => run());
  await new Promise((resolve) => setTimeout(resolve, 500));
  fail();
  for (const [name, report] of await Promise.all(loads)) {
    // Both loads are under way in one world.
    tell(`${name}, ${what}`, { ...report, exchanges: report.fromPlatform });
    expect(report.failed).toBe(0);
    expect(report.max).toBeLessThan(5_000);
  }
}

/** How many of so many new sessions one process finds in the store once the other had them; in turns. */
async function shared(
  world: World,
  apis: readonly [ApiProcess, ApiProcess],
  sessions: number,
): Promise<number> {
  const token = newSessions(world, `shared ${Math.random()}`);
  let found = 0;
  for (let session = 0; session < sessions; session++) {
    const each = token();
    const [one, other] = session % 2 ? apis : apis.toReversed();
    await one?.get(each);
    if ((await other?.get(each))?.source === 'store') found += 1;
  }
  return found;
}

/** What is kept under many keys comes back, wherever each of them lies. */
async function keepsAll(store: RedisTokenCacheStore): Promise<void> {
  const keys = Array.from({ length: 20 }, (_, index) => `key ${index}`);
  for (const key of keys) {
    // No UTF-8: bytes that a client takes for text do not come back.
    await store.set(key, Buffer.from(`\xff\x80${key}`, 'latin1'), 60_000);
    expect(await store.acquireLease(key, 60_000)).toBe(true);
    await store.releaseLease(key);
  }
  const values = await Promise.all(keys.map((key) => store.get(key)));
  expect(values).toEqual(keys.map((key) => Buffer.from(`\xff\x80${key}`, 'latin1')));
}

describe('A failover under load', () => {
  it('of a Cluster of 3 masters and 3 replicas, twice: no request fails, and all slots serve again', async () => {
    const world = await startWorld();
    const nodes = await startCluster();
    const ports = nodes.map(({ port }) => port);
    const rootNodes = ports.map((port) => ({ url: `redis://127.0.0.1:${port}` }));
    for (const client of [createCluster6({ rootNodes }), createCluster5({ rootNodes })]) {
      await keepsAll(new RedisTokenCacheStore(await connected(client)));
    }
    const pairs = await startPairs(world, { topology: 'cluster', ports });
    // With the slots of one master lost to one process, so many would not be found by chance.
    const allServe = async () => {
      for (const [, apis] of pairs) await until(async () => (await shared(world, apis, 36)) >= 34, 40_000);
      return true;
    };
    expect(await allServe()).toBe(true);
    await loadWhile(world, pairs, 'a master of the Cluster killed', () => void nodes[0]?.kill());
    expect(await allServe()).toBe(true);
    // Its connections stay, and say nothing.
    await loadWhile(world, pairs, 'a master of the Cluster halted', () => nodes[1]?.signal('SIGSTOP'));
    expect(await allServe()).toBe(true);
  }, 300_000);

  it.each(IS_LONG ? (['killed', 'halted'] as const) : (['killed'] as const))(
    'of a master with Sentinels that is %s: no request fails, and the new master serves',
    async (failure) => {
      const world = await startWorld();
      const { master, replica, ports } = await startSentinels();
      const sentinelRootNodes = ports.map((port) => ({ host: '127.0.0.1', port }));
      const options = { name: 'mymaster', sentinelRootNodes };
      for (const client of [createSentinel6(options), createSentinel5(options)]) {
        await keepsAll(new RedisTokenCacheStore(await connected(client)));
      }
      const noticesHalts = failure === 'halted';
      const pairs = await startPairs(world, { topology: 'sentinel', ports, name: 'mymaster', noticesHalts });
      const allShare = async () => {
        for (const [, apis] of pairs) await until(async () => (await shared(world, apis, 4)) === 4, 40_000);
      };
      await allShare();
      await loadWhile(world, pairs, `the master of the Sentinels ${failure}`, () =>
        failure === 'killed' ? void master.kill() : master.signal('SIGSTOP'),
      );
      await until(async () => (await replica.command('INFO', 'replication')).includes('role:master'), 30_000);
      await allShare();
      expect(Number(await replica.command('DBSIZE'))).toBeGreaterThan(0);
    },
    200_000,
  );
});
