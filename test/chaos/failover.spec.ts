import { RedisTokenCacheStore } from 'nestjs-entra/redis';
import { createCluster as createCluster6, createSentinel as createSentinel6 } from 'redis';
import { createCluster as createCluster5, createSentinel as createSentinel5 } from 'redis-5';
import { describe, expect, it } from 'vitest';
import { connected } from '../support/redis-clients.js';
import { until, type RedisServer } from '../support/redis-server.js';
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

/** A load for each pair, of sessions that are signed before the first of them begins. */
function prepareLoads(world: World, pairs: Awaited<ReturnType<typeof startPairs>>) {
  const rate = { seconds: SECONDS, perSecond: PER_SECOND / 2 };
  return pairs.map(([name, apis]) => {
    const token = signed(newSessions(world, `load of ${name}`), rate.seconds * rate.perSecond);
    return [name, () => load(world, apis, { ...rate, token })] as const;
  });
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

/** What becomes of a master; with a halted one connections stay, and clients must be told to mind. */
const FAILURES: readonly [name: string, fail: (master: RedisServer) => void, noticesHalts: boolean][] = [
  ['killed', (master) => void master.kill(), false],
  ['halted', (master) => master.signal('SIGSTOP'), true],
];

/** Both take minutes; `npm test` kills. */
describe.each(IS_LONG ? FAILURES : FAILURES.slice(0, 1))(
  'A master under load that is %s',
  (failure, fail, noticesHalts) => {
    it('in a Cluster of 3 masters and 3 replicas: no request fails, and all slots serve again', async () => {
      const world = await startWorld();
      const nodes = await startCluster();
      const ports = nodes.map(({ port }) => port);
      const rootNodes = ports.map((port) => ({ url: `redis://127.0.0.1:${port}` }));
      for (const client of [createCluster6({ rootNodes }), createCluster5({ rootNodes })]) {
        await keepsAll(new RedisTokenCacheStore(await connected(client)));
      }
      const pairs = await startPairs(world, { topology: 'cluster', ports });
      for (const [, apis] of pairs) {
        // Records are spread over the slots: each command works on one key, and needs no hash tag.
        expect(await shared(world, apis, 12)).toBeGreaterThan(9);
      }
      const loads = prepareLoads(world, pairs).map(async ([name, run]) => [name, await run()] as const);
      await new Promise((resolve) => setTimeout(resolve, 500));
      if (nodes[0]) fail(nodes[0]);
      for (const [name, report] of await Promise.all(loads)) {
        // Both loads are under way in one world.
        tell(`${name}, a master of the Cluster ${failure}`, { ...report, exchanges: report.fromPlatform });
        expect(report.failed).toBe(0);
        expect(report.max).toBeLessThan(5_000);
      }
      for (const [, apis] of pairs) await until(async () => (await shared(world, apis, 12)) >= 11, 30_000);
    }, 200_000);

    it('with Sentinels: no request fails, and the new master serves', async () => {
      const world = await startWorld();
      const { master, replica, ports } = await startSentinels();
      const sentinelRootNodes = ports.map((port) => ({ host: '127.0.0.1', port }));
      const options = { name: 'mymaster', sentinelRootNodes };
      for (const client of [createSentinel6(options), createSentinel5(options)]) {
        await keepsAll(new RedisTokenCacheStore(await connected(client)));
      }
      const pairs = await startPairs(world, { topology: 'sentinel', ports, name: 'mymaster', noticesHalts });
      for (const [, apis] of pairs) expect(await shared(world, apis, 4)).toBe(4);
      const loads = prepareLoads(world, pairs).map(async ([name, run]) => [name, await run()] as const);
      await new Promise((resolve) => setTimeout(resolve, 500));
      fail(master);
      for (const [name, report] of await Promise.all(loads)) {
        tell(`${name}, the master of the Sentinels ${failure}`, {
          ...report,
          exchanges: report.fromPlatform,
        });
        expect(report.failed).toBe(0);
        expect(report.max).toBeLessThan(5_000);
      }
      await until(async () => (await replica.command('INFO', 'replication')).includes('role:master'), 30_000);
      for (const [, apis] of pairs) await until(async () => (await shared(world, apis, 4)) === 4, 30_000);
      expect(Number(await replica.command('DBSIZE'))).toBeGreaterThan(0);
    }, 200_000);
  },
);
