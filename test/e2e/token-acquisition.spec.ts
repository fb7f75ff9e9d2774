import { Controller, Get, Injectable } from '@nestjs/common';
import { Public, TokenAcquisitionService } from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { takeOverClocks } from '../support/clocks.js';
import { ADAPTERS, startApp } from '../support/nest-app.js';
import { claimsOf } from '../support/tokens.js';
import { ADELE, BEN, ORDERS, startWorld } from '../support/world.js';

/** Three providers deep, and no request is passed down to it. */
@Injectable()
class OrderRepository {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  async owner(): Promise<unknown> {
    await new Promise((resolve) => setImmediate(resolve));
    return claimsOf(await this.tokens.getAccessTokenForUser('api://orders/Read'))['oid'];
  }

  async source() {
    const { source, accessToken } = await this.tokens.getTokenForUser('api://orders/Read');
    return { source, uti: claimsOf(accessToken)['uti'] };
  }
}

@Injectable()
class OrderService {
  constructor(readonly orders: OrderRepository) {}
}

@Controller('orders')
class OrdersController {
  constructor(private readonly service: OrderService) {}

  @Get('owner')
  async owner() {
    return { oid: await this.service.orders.owner() };
  }

  @Get('source')
  source() {
    return this.service.orders.source();
  }

  @Get('public')
  @Public()
  async public() {
    return { oid: await this.service.orders.owner() };
  }
}

const metadata = { controllers: [OrdersController], providers: [OrderService, OrderRepository] };

describe.each(ADAPTERS)('TokenAcquisitionService on %s', (adapter) => {
  it('serves any provider below a controller, with no request passed around', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), metadata);
    expect((await app.get('/orders/owner', world.token())).body).toEqual({ oid: ADELE.oid });
  });

  it('acquires on demand what nobody prefetched, and remembers it', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), metadata);
    const token = world.token();
    const first = await app.get('/orders/source', token);
    const second = await app.get('/orders/source', token);
    expect([first.body['source'], second.body['source']]).toEqual(['identity-platform', 'memory']);
    expect(second.body['uti']).toBe(first.body['uti']);
    expect(world.exchanges()).toHaveLength(1);
  });

  it('acquires anew what has expired', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options({ tokenCache: { expiryBufferSeconds: 0 } }), metadata);
    const token = world.token();
    world.emulator.failNext({
      status: 200,
      body: shortLived(world.token({ aud: ORDERS.clientId, scp: 'Read' })),
    });
    expect((await app.get('/orders/source', token)).body['source']).toBe('identity-platform');
    expect((await app.get('/orders/source', token)).body['source']).toBe('memory');
    takeOverClocks().pass(3_000);
    expect((await app.get('/orders/source', token)).body['source']).toBe('identity-platform');
    expect((await app.get('/orders/source', token)).body['source']).toBe('memory');
    expect(world.exchanges()).toHaveLength(2);
  });

  it('keeps interleaved requests of two users apart', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), metadata);
    const tokens = { [ADELE.oid]: world.token(), [BEN.oid]: world.token({ oid: BEN.oid }) };
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const oid = index % 2 ? ADELE.oid : BEN.oid;
        return { oid, answer: (await app.get('/orders/owner', tokens[oid])).body };
      }),
    );
    for (const { oid, answer } of answers) expect(answer).toEqual({ oid });
    expect(world.exchanges()).toHaveLength(2);
  });

  it('makes one exchange for many first requests of one user', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), metadata);
    world.emulator.failNext({ delayMs: 300 });
    const token = world.token();
    const answers = await Promise.all(Array.from({ length: 50 }, () => app.get('/orders/owner', token)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(world.exchanges()).toHaveLength(1);
  });

  it('gives two sessions of one user a token each, and both keep theirs', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), metadata);
    const sessions = [world.token({ sid: 'one' }), world.token({ sid: 'two' })];
    for (const token of [...sessions, ...sessions, ...sessions]) await app.get('/orders/owner', token);
    expect(world.exchanges()).toHaveLength(2);
  });

  it('on a public route there is no user to acquire for', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), metadata);
    expect(await app.get('/orders/public', world.token())).toMatchObject({
      status: 500,
      body: { code: 'no_user_assertion' },
    });
  });

  it('outside a request it says so', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), metadata);
    await expect(
      app.nest.get(TokenAcquisitionService).getAccessTokenForUser('User.Read'),
    ).rejects.toMatchObject({
      code: 'no_user_assertion',
    });
  });
});

/** An answer of the token endpoint that is good for two seconds. */
function shortLived(accessToken: string) {
  return {
    token_type: 'Bearer',
    scope: 'api://orders/Read',
    expires_in: 2,
    ext_expires_in: 2,
    access_token: accessToken,
  };
}
