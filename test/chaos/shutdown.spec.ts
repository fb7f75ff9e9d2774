import { describe, expect, it, onTestFinished } from 'vitest';
import { startRedis } from '../support/redis-server.js';
import { startWorld } from '../support/world.js';
import { LIBRARIES, startApi } from './support/api-process.js';
import { newSessions } from './support/load.js';

describe.each(LIBRARIES)('A process with a store over %s', (library) => {
  it.each<[string, 'SIGCONT' | 'SIGSTOP']>([
    ['a Redis that answers', 'SIGCONT'],
    ['a Redis that hangs', 'SIGSTOP'],
  ])('ends by itself once the application is closed, with %s', async (_what, signal) => {
    const redis = await startRedis();
    onTestFinished(() => redis.kill());
    const world = await startWorld();
    const api = await startApi(world, { library, topology: 'standalone', url: redis.url });
    const session = newSessions(world, 'shutdown');
    expect((await api.get(session())).status).toBe(200);
    redis.signal(signal);
    expect((await api.get(session())).status).toBe(200);
    const begun = performance.now();
    expect(await api.close()).toBe(0);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
