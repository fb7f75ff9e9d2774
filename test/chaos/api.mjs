// One process of an API under chaos: NestJS on Fastify, the library, and a Redis client of the kind that is asked for.
// It tells its parent its address, and what it logged whenever it is asked.
import 'reflect-metadata';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

const settings = JSON.parse(process.env.CHAOS ?? '{}');
const load = createRequire(import.meta.url);
const { AuthModule, TokenAcquisitionService } = load(join(settings.library, 'index.js'));
const { RedisTokenCacheStore } = load(join(settings.library, 'integrations/redis/index.js'));

/** The clients of applications, each as its documentation connects it; of `redis` and `redis-5` alike. */
const nodeRedis = (redis) => ({
  standalone: ({ url }) => opened(redis.createClient({ url })),
  cluster: ({ ports }) =>
    opened(
      redis.createCluster({
        rootNodes: ports.map((port) => ({ url: `redis://127.0.0.1:${port}` })),
      }),
    ),
  sentinel: ({ ports, name }) =>
    opened(
      redis.createSentinel({
        name,
        sentinelRootNodes: ports.map((port) => ({ host: '127.0.0.1', port })),
      }),
    ),
});

const ioRedis = ({ Redis, Cluster }) => ({
  standalone: ({ url }) => new Redis(url),
  cluster: ({ ports }) => new Cluster(ports.map((port) => ({ host: '127.0.0.1', port }))),
  sentinel: ({ ports, name, noticesHalts }) =>
    new Redis({
      name,
      sentinels: ports.map((port) => ({ host: '127.0.0.1', port })),
      // As docs/operations.md says, for masters that hang.
      failoverDetector: noticesHalts,
    }),
});

async function connect({ library, topology, ...servers }) {
  const clients = library.startsWith('redis') ? nodeRedis : ioRedis;
  return clients(await import(library))[topology](servers);
}

function opened(client) {
  client.on('error', () => undefined);
  client.connect().catch(() => undefined);
  return client;
}

const lines = [];
const collect = (level) => (message) => void lines.push(`${level} ${message}`);
const logger = {
  log: collect('log'),
  warn: collect('warn'),
  error: collect('error'),
  debug: () => undefined,
};

class OrdersController {
  constructor(tokens) {
    this.tokens = tokens;
  }

  async orders() {
    const { source } = await this.tokens.getTokenForUser('api://orders/Read');
    return { source };
  }
}
Reflect.defineMetadata('design:paramtypes', [TokenAcquisitionService], OrdersController);
Controller()(OrdersController);
Get('orders')(
  OrdersController.prototype,
  'orders',
  Object.getOwnPropertyDescriptor(OrdersController.prototype, 'orders'),
);

const client = await connect(settings.client);
class ChaosModule {}
Module({
  imports: [
    AuthModule.forRoot({
      ...settings.options,
      tokenCache: { ...settings.tokenCache, store: new RedisTokenCacheStore(client) },
    }),
  ],
  controllers: [OrdersController],
})(ChaosModule);

const app = await NestFactory.create(ChaosModule, new FastifyAdapter(), { logger });
await app.listen(0, '127.0.0.1');
// A cluster of version 5 of `redis` has no `isReady`, and no masters before it is connected.
const isConnected = () => client.isReady ?? (client.masters?.length > 0 || client.status === 'ready');
const exit = () => process.exit(0);
process.on('disconnect', exit);
process.on('message', (wanted) => {
  if (wanted !== 'close') return process.send({ lines, isConnected: isConnected() });
  // From here on the process ends when nothing keeps it, and not before.
  process.off('disconnect', exit);
  return app.close().then(() => {
    if (client.destroy) client.destroy();
    else client.disconnect();
    process.disconnect();
  });
});
process.send({ url: await app.getUrl() });
