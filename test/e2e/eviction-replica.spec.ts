import type { TokenCacheStore } from 'nestjs-entra';
import { RedisTokenCacheStore } from 'nestjs-entra/redis';
import { createClient } from 'redis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { takeOverClocks } from '../support/clocks.js';
import { ADAPTERS } from '../support/nest-app.js';
import { startOrders } from '../support/orders-app.js';
import { connected } from '../support/redis-clients.js';
import { startRedis, until, type RedisServer } from '../support/redis-server.js';
import { startWorld } from '../support/world.js';

/** A Redis, and a replica of it that stops replicating when it is told to, as one whose link hangs. */
async function startReplicated() {
  const master = await startRedis();
  onTestFinished(() => master.kill());
  const replica = await startRedis({ config: [`replicaof 127.0.0.1 ${master.port}`] });
  onTestFinished(() => replica.kill());
  const over = async ({ url }: RedisServer) =>
    new RedisTokenCacheStore(await connected(createClient({ url })));
  const [primary, secondary] = [await over(master), await over(replica)];
  const store: TokenCacheStore = {
    get: (key) => secondary.get(key),
    set: (key, value, ttlMs) => primary.set(key, value, ttlMs),
    delete: (key) => primary.delete(key),
  };
  const size = async ({ command }: RedisServer) => Number((await command('DBSIZE')).replace(':', ''));
  const isCaughtUp = async () => (await size(replica)) === 1;
  return { store, master, replica, size, isCaughtUp };
}

describe.each(ADAPTERS)('A shared store whose reads go to a replica, on %s', (adapter) => {
  it.each(['/evict', '/refused'])(
    'does not give a token back after %s, neither at once nor when the replica stays behind',
    async (path) => {
      const { store, master, replica, size, isCaughtUp } = await startReplicated();
      const world = await startWorld();
      const app = await startOrders(adapter, world, store);
      const token = world.token();
      const evicted = (await app.get('/orders', token)).body['accessToken'];
      await until(isCaughtUp);
      await replica.command('REPLICAOF', 'NO', 'ONE');
      const clocks = takeOverClocks();

      expect((await app.get(path, token)).status).toBe(200);
      expect([await size(master), await size(replica)]).toEqual([0, 1]);
      const next = await app.get('/orders', token);
      expect(next.body).toMatchObject({ source: 'identity-platform' });
      expect(next.body['accessToken']).not.toBe(evicted);
      expect((await app.get('/orders', token)).body).toMatchObject({ source: 'memory' });

      await app.get(path, token);
      clocks.pass(5 * 60_000);
      const later = await app.get('/orders', token);
      expect(later.body).toMatchObject({ source: 'identity-platform' });
      expect(later.body['accessToken']).not.toBe(evicted);
    },
  );
});
