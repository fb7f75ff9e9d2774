import { describe, expect, it, onTestFinished } from 'vitest';
import { startRedis, until, type RedisServer } from '../support/redis-server.js';
import { startWorld, type World } from '../support/world.js';
import { startPair, type ApiProcess } from './support/api-process.js';
import { startCuttingProxy, type CuttingProxy } from './support/cutting-proxy.js';
import { IS_LONG, load, newSessions, tell } from './support/load.js';

const OUTAGE_SECONDS = IS_LONG ? 6 : 1;
const PER_SECOND = IS_LONG ? 30 : 40;

interface Stage {
  readonly redis: RedisServer;
  readonly proxy: CuttingProxy;
}

/** What goes wrong, and how it is right again; a server that is gone comes back at its port. */
const OUTAGES: readonly [
  name: string,
  begin: (stage: Stage) => Promise<(() => Promise<unknown>) | undefined>,
][] = [
  [
    'DEBUG SLEEP',
    async ({ redis }) => {
      void redis.command('DEBUG', 'SLEEP', String(OUTAGE_SECONDS)).catch(() => undefined);
      return undefined;
    },
  ],
  [
    'CLIENT PAUSE',
    async ({ redis }) => {
      await redis.command('CLIENT', 'PAUSE', String(OUTAGE_SECONDS * 1_000), 'ALL');
      return undefined;
    },
  ],
  [
    'SIGSTOP',
    async ({ redis }) => {
      redis.signal('SIGSTOP');
      return async () => redis.signal('SIGCONT');
    },
  ],
  [
    'no memory left (noeviction)',
    async ({ redis }) => {
      await redis.command('CONFIG', 'SET', 'maxmemory', '1');
      return () => redis.command('CONFIG', 'SET', 'maxmemory', '0');
    },
  ],
  [
    'READONLY',
    async ({ redis }) => {
      await redis.command('REPLICAOF', '127.0.0.1', '1');
      return () => redis.command('REPLICAOF', 'NO', 'ONE');
    },
  ],
  [
    'NOAUTH',
    async ({ redis }) => {
      await redis.command('CONFIG', 'SET', 'requirepass', 'secret');
      // Whoever is connected stays in, so connections are ended; new ones are refused.
      await redis.commandAs('secret', 'CLIENT', 'KILL', 'TYPE', 'NORMAL');
      return () => redis.commandAs('secret', 'CONFIG', 'SET', 'requirepass', '');
    },
  ],
  [
    'replies cut in the middle',
    async ({ proxy }) => {
      proxy.cutAfter(200);
      return async () => proxy.cutAfter(undefined);
    },
  ],
  [
    'killed, and started again',
    async ({ redis }) => {
      await redis.kill();
      return async () => {
        const again = await startRedis({ port: redis.port });
        onTestFinished(() => again.kill());
      };
    },
  ],
];

/** All of them with both clients take minutes; `npm test` shares some of them out. */
const OUTAGES_OF = (library: 'redis' | 'ioredis') =>
  OUTAGES.filter((_outage, index) => IS_LONG || index % 3 === (library === 'redis' ? 0 : 1));

/** Requests of sessions that nobody has seen, until one finds the record of another process. */
async function untilShared(world: World, [one, other]: readonly [ApiProcess, ApiProcess]): Promise<void> {
  const token = newSessions(world, `back ${Math.random()}`);
  await until(async () => {
    const session = token();
    await one.get(session);
    return (await other.get(session)).source === 'store';
  }, 30_000);
}

async function setUp(library: 'redis' | 'ioredis') {
  const redis = await startRedis();
  onTestFinished(() => redis.kill());
  const world = await startWorld();
  const proxy = await startCuttingProxy(redis.port);
  const apis = await startPair(world, library, { topology: 'standalone', url: proxy.url });
  await untilShared(world, apis);
  return { redis, world, proxy, apis };
}

describe.each(['redis', 'ioredis'] as const)('With %s, no request fails', (library) => {
  it(
    'whatever happens to Redis, and it is used again afterwards',
    async () => {
      const { redis, world, proxy, apis } = await setUp(library);
      const calm = await load(world, apis, {
        seconds: 1,
        perSecond: PER_SECOND,
        token: newSessions(world, 'calm'),
      });
      tell(`${library}, calm`, calm);
      expect(calm.failed).toBe(0);
      const outages = OUTAGES_OF(library);
      for (const [name, begin] of outages) {
        const end = await begin({ redis, proxy });
        const token = newSessions(world, name);
        const report = await load(world, apis, { seconds: OUTAGE_SECONDS, perSecond: PER_SECOND, token });
        await end?.();
        tell(`${library}, ${name}`, report);
        expect({ name, failed: report.failed }).toEqual({ name, failed: 0 });
        expect(report.max).toBeLessThan(3_000);
        await untilShared(world, apis);
      }
      const warnings = (await Promise.all(apis.map((api) => api.warnings()))).flat();
      // Once for reads and once for writes, of each process and outage, at most.
      expect(warnings.length).toBeLessThanOrEqual(apis.length * outages.length * 2);
      expect(warnings.length).toBeGreaterThan(0);
      expect(new Set(warnings.map((line) => line.replace(/\(.*\)/, '()')))).toEqual(
        new Set(
          ['reads', 'writes'].map(
            (what) =>
              `warn The token cache store is out of service for ${what} (); requests go on with memory and the identity platform`,
          ),
        ),
      );
    },
    IS_LONG ? 600_000 : 60_000,
  );
});
