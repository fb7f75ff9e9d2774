import { describe, expect, it, onTestFinished } from 'vitest';
import { startRedis, until } from '../support/redis-server.js';
import { ADELE, startWorld } from '../support/world.js';
import { startApi } from './support/api-process.js';
import { IS_LONG, newSessions, reportOf, tell } from './support/load.js';

const PROCESSES = 4;
const REQUESTS = 1_000;
const USERS = IS_LONG ? 10_000 : 200;

async function setUp() {
  const redis = await startRedis();
  onTestFinished(() => redis.kill());
  const world = await startWorld();
  const client = { library: 'redis', topology: 'standalone', url: redis.url } as const;
  const start = (tokenCache = {}) => startApi(world, client, tokenCache);
  return { redis, world, start };
}

describe('Processes that share a Redis', () => {
  it(`${PROCESSES} processes, ${REQUESTS} concurrent first requests of one user: one exchange`, async () => {
    const { world, start } = await setUp();
    const apis = await Promise.all(Array.from({ length: PROCESSES }, () => start()));
    const warmUp = newSessions(world, 'warm up');
    for (const api of apis) await api.get(warmUp());
    const before = world.exchanges().length;
    // Long enough for all requests to arrive while it is under way.
    world.emulator.failNext({ delayMs: 500 });
    const token = world.token({ oid: ADELE.oid });
    const outcomes = await Promise.all(
      Array.from({ length: REQUESTS }, (_, index) => apis[index % PROCESSES]!.get(token)),
    );
    const report = reportOf(outcomes, world.exchanges().length - before);
    tell('concurrent first requests of one user', report);
    expect(report).toMatchObject({ requests: REQUESTS, failed: 0, exchanges: 1 });
  }, 60_000);

  it(`a process that starts cold serves ${USERS} users from Redis: 0 exchanges, ${USERS} GETs`, async () => {
    const { redis, world, start } = await setUp();
    const tokenCache = { storeTimeoutMs: 1_000, storeWriteBudgetMs: 1_000 };
    const session = newSessions(world, 'user');
    const tokens = Array.from({ length: USERS }, session);
    const serve = async () => {
      const api = await start(tokenCache);
      const waiting = tokens.values();
      const outcomes = await Promise.all(
        Array.from({ length: 16 }, async () => {
          const served = [];
          for (const token of waiting) served.push(await api.get(token));
          return served;
        }),
      );
      return outcomes.flat();
    };
    const first = reportOf(await serve(), world.exchanges().length);
    tell('first requests of users', first);
    expect(first).toMatchObject({ failed: 0, exchanges: USERS });

    // Giving a lease back reads as well.
    await until(async () => (await redis.calls('eval')) === USERS);
    const [gets, sets] = [await redis.calls('get'), await redis.calls('set')];
    const report = reportOf(await serve(), world.exchanges().length - USERS);
    tell('the same of a process that starts cold', report);
    expect(report).toMatchObject({ failed: 0, exchanges: 0, fromStore: USERS });
    expect([(await redis.calls('get')) - gets, (await redis.calls('set')) - sets]).toEqual([USERS, 0]);
  }, 600_000);

  it('a process that is killed at its exchange holds the others up for one lease at most', async () => {
    const { world, start } = await setUp();
    const [holder, other] = [await start({ storeLeaseMs: 1_500 }), await start({ storeLeaseMs: 1_500 })];
    const token = world.token();
    world.emulator.failNext({ hang: true });
    void holder.get(token);
    await until(() => world.exchanges().length === 1);
    holder.kill();
    const { status, ms } = await other.get(token);
    expect(status).toBe(200);
    expect(world.exchanges()).toHaveLength(2);
    expect(ms).toBeGreaterThan(300);
    expect(ms).toBeLessThan(2_500);
  }, 60_000);
});
