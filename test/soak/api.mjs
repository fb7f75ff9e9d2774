// The API under soak, in a process of its own: NestJS on Fastify, and an identity platform that answers at once.
// It tells its parent its address, and its memory whenever it is asked.
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AuthModule, TokenAcquisitionService } from 'nestjs-entra';

const { tenantId, clientId, instance, jwk, maxBytes } = JSON.parse(process.env.SOAK ?? '{}');

let exchanges = 0;
const padding = 'x'.repeat(1_400);

/** Keys and token endpoint; each exchange gives a token of its own. */
async function platform(url) {
  if (String(url).endsWith('/keys')) return Response.json({ keys: [jwk] });
  exchanges += 1;
  return Response.json({
    token_type: 'Bearer',
    scope: 'api://orders/Read',
    expires_in: 3600,
    access_token: `${padding}${exchanges}`,
  });
}

class OrdersController {
  constructor(tokens) {
    this.tokens = tokens;
  }

  async orders() {
    return { length: (await this.tokens.getAccessTokenForUser('api://orders/Read')).length };
  }
}
Reflect.defineMetadata('design:paramtypes', [TokenAcquisitionService], OrdersController);
Controller('orders')(OrdersController);
Get()(
  OrdersController.prototype,
  'orders',
  Object.getOwnPropertyDescriptor(OrdersController.prototype, 'orders'),
);

class SoakModule {}
Module({
  imports: [
    AuthModule.forRoot({
      instance,
      tenantId,
      clientId,
      clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: 'soak' }],
      tokenCache: { maxBytes },
      network: { fetch: platform },
    }),
  ],
  controllers: [OrdersController],
})(SoakModule);

const app = await NestFactory.create(SoakModule, new FastifyAdapter(), { logger: ['warn', 'error'] });
await app.listen(0, '127.0.0.1');
process.on('message', () => {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  process.send({ rss, heapUsed, exchanges });
});
process.on('disconnect', () => process.exit(0));
process.send({ url: await app.getUrl() });
