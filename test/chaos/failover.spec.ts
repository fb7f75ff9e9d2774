import { describe, expect, it } from 'vitest';
import { until } from '../support/redis-server.js';
import { startWorld, type World } from '../support/world.js';
import { startApi, type ApiProcess, type ClientSettings } from './support/api-process.js';
import { IS_LONG, load, newSessions, tell } from './support/load.js';
import { startCluster, startSentinels } from './support/redis-topologies.js';

const SECONDS = IS_LONG ? 20 : 3;
const PER_SECOND = IS_LONG ? 60 : 30;

async function startApis(world: World, client: ClientSettings): Promise<readonly [ApiProcess, ApiProcess]> {
  const apis = [await startApi(world, client), await startApi(world, client)] as const;
  for (const api of apis) await until(() => api.isConnected());
  return apis;
}

/** How many of so many new sessions the second process finds in the store. */
async function shared(
  world: World,
  [one, other]: readonly [ApiProcess, ApiProcess],
  sessions: number,
): Promise<number> {
  const token = newSessions(world, `shared ${Math.random()}`);
  let found = 0;
  for (let session = 0; session < sessions; session++) {
    const each = token();
    await one.get(each);
    if ((await other.get(each)).source === 'store') found += 1;
  }
  return found;
}

describe('A failover under load', () => {
  it('of a Cluster of 3 masters and 3 replicas: no request fails, and all slots serve again', async () => {
    const world = await startWorld();
    const nodes = await startCluster();
    const ports = nodes.map(({ port }) => port);
    const pairs = [];
    for (const kind of ['redis-cluster', 'ioredis-cluster'] as const) {
      pairs.push([kind, await startApis(world, { kind, ports })] as const);
    }
    for (const [kind, apis] of pairs) {
      // Records are spread over the slots: each command works on one key, and needs no hash tag.
      expect(await shared(world, apis, 12), kind).toBeGreaterThan(9);
    }
    const loads = pairs.map(async ([kind, apis]) => {
      const token = newSessions(world, `load of ${kind}`);
      return [kind, await load(world, apis, { seconds: SECONDS, perSecond: PER_SECOND / 2, token })] as const;
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    await nodes[0]?.kill();
    for (const [kind, report] of await Promise.all(loads)) {
      // Both loads are under way in one world.
      tell(`${kind}, a master killed`, { ...report, exchanges: report.fromPlatform });
      expect(report.failed).toBe(0);
      expect(report.max).toBeLessThan(5_000);
    }
    for (const [, apis] of pairs) await until(async () => (await shared(world, apis, 12)) >= 11, 30_000);
  }, 200_000);

  it('of a master with Sentinels: no request fails, and the new master serves', async () => {
    const world = await startWorld();
    const { master, replica, ports } = await startSentinels();
    const pairs = [];
    for (const kind of ['redis-sentinel', 'ioredis-sentinel'] as const) {
      pairs.push([kind, await startApis(world, { kind, ports, name: 'mymaster' })] as const);
    }
    const loads = pairs.map(async ([kind, apis]) => {
      const token = newSessions(world, `load of ${kind}`);
      return [kind, await load(world, apis, { seconds: SECONDS, perSecond: PER_SECOND / 2, token })] as const;
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    await master.kill();
    for (const [kind, report] of await Promise.all(loads)) {
      tell(`${kind}, the master killed`, { ...report, exchanges: report.fromPlatform });
      expect(report.failed).toBe(0);
      expect(report.max).toBeLessThan(5_000);
    }
    await until(async () => (await replica.command('INFO', 'replication')).includes('role:master'), 30_000);
    for (const [, apis] of pairs) await until(async () => (await shared(world, apis, 4)) === 4, 30_000);
    expect(Number(await replica.command('DBSIZE'))).toBeGreaterThan(0);
  }, 200_000);
});
