import { Controller, Get, Injectable, Module, Query } from '@nestjs/common';
import { Readable } from 'node:stream';
import {
  AuthModule,
  DownstreamApi,
  DownstreamApis,
  DownstreamApiService,
  DownstreamHttpError,
  DownstreamToken,
  getDownstreamApiToken,
  InjectDownstreamApi,
  type DownstreamApiOptions,
  TokenAcquisitionService,
} from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { insufficientClaims, startDownstream, type DownstreamAnswer } from '../support/downstream-server.js';
import { ADAPTERS, startApp, startModule, type Adapter, type App } from '../support/nest-app.js';
import { challengeOf, claimsOf } from '../support/tokens.js';
import { ADELE, API, BEN, ORDERS, startWorld, type World } from '../support/world.js';

@Controller('orders')
class OrdersController {
  constructor(
    private readonly downstream: DownstreamApiService,
    @InjectDownstreamApi('orders') private readonly orders: DownstreamApi,
  ) {}

  @Get('user')
  user() {
    return this.downstream.get('orders', '/orders/1', { query: { expand: ['lines', 'customer'] } });
  }

  @Get('app')
  app() {
    return this.orders.get('/orders', { as: 'app' });
  }

  @Get('bound')
  bound() {
    return this.orders.post('/orders', { sku: 'a' }, { headers: { 'x-request-id': '1' } });
  }

  @Get('handled')
  async handled() {
    try {
      return await this.orders.get('/missing');
    } catch (error) {
      if (!(error instanceof DownstreamHttpError)) throw error;
      return { status: error.status, type: error.headers.get('content-type'), body: error.body };
    }
  }

  @Get('path')
  path(@Query('path') path: string) {
    return this.orders.get(path);
  }

  @Get('streamed')
  async streamed() {
    const sent = Readable.from([Buffer.from('a,'), Buffer.from('b')]);
    const response = await this.orders.call('/upload', { method: 'POST', body: sent });
    let text = '';
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
    return { status: response.status, text };
  }
}

const controllers = [OrdersController];

async function start(
  adapter: Adapter,
  answer: DownstreamAnswer,
  changes: Partial<DownstreamApiOptions> = {},
): Promise<{ world: World; app: App; orders: Awaited<ReturnType<typeof startDownstream>> }> {
  const [world, orders] = await Promise.all([startWorld(), startDownstream(answer)]);
  const api = { baseUrl: `${orders.url}/v1`, scopes: 'api://orders/Read', ...changes };
  const app = await startApp(adapter, world.options({ downstreamApis: { orders: api } }), { controllers });
  return { world, app, orders };
}

describe.each(ADAPTERS)('A downstream API on %s', (adapter) => {
  it('is called on behalf of the user, with the query', async () => {
    const { world, app, orders } = await start(adapter, () => ({ id: 1 }));
    expect(await app.get('/orders/user', world.token())).toMatchObject({ status: 200, body: { id: 1 } });
    const [seen] = orders.seen;
    expect(seen).toMatchObject({
      method: 'GET',
      url: '/v1/orders/1?expand=lines&expand=customer',
      headers: { accept: 'application/json' },
    });
    expect(claimsOf(seen?.token ?? '')).toMatchObject({ aud: ORDERS.clientId, oid: ADELE.oid });
  });

  it('is called as the application itself', async () => {
    const { world, app, orders } = await start(adapter, () => []);
    expect((await app.get('/orders/app', world.token())).status).toBe(200);
    const { aud, azp, scp } = claimsOf(orders.seen[0]?.token ?? '');
    expect({ aud, azp, scp }).toEqual({ aud: ORDERS.clientId, azp: API.clientId, scp: undefined });
  });

  it('is injected by its name, and gets JSON', async () => {
    const { world, app, orders } = await start(adapter, ({ body }) => ({ got: JSON.parse(body) as unknown }));
    expect((await app.get('/orders/bound', world.token())).body).toEqual({ got: { sku: 'a' } });
    expect(orders.seen[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-request-id': '1',
    });
  });

  it('gets and gives streams', async () => {
    const { world, app, orders } = await start(adapter, ({ body }, response) => {
      response.writeHead(201).write(`${body}+`);
      response.end('c');
    });
    expect((await app.get('/orders/streamed', world.token())).body).toEqual({ status: 201, text: 'a,b+c' });
    expect(orders.seen[0]?.headers['transfer-encoding']).toBe('chunked');
  });

  it('never hears what the caller sent with its request', async () => {
    const { world, app, orders } = await start(adapter, () => ({}));
    await app.get('/orders/user', world.token(), {
      cookie: 'session=canary',
      'x-forwarded-for': 'canary',
      forwarded: 'for=canary',
      'x-ms-client-principal': 'canary',
    });
    expect(orders.seen).toHaveLength(1);
    expect(JSON.stringify(orders.seen[0]?.headers)).not.toContain('canary');
    expect(orders.seen[0]?.headers.host).toBe(new URL(orders.url).host);
  });

  it('that answers an error gives an error with status, headers and body', async () => {
    const { world, app } = await start(adapter, (_request, response) => {
      response
        .writeHead(404, { 'content-type': 'application/problem+json; charset=utf-8' })
        .end('{"title":"Not found"}');
    });
    expect((await app.get('/orders/handled', world.token())).body).toEqual({
      status: 404,
      type: 'application/problem+json; charset=utf-8',
      body: { title: 'Not found' },
    });
  });

  it('whose error is not handled gives 502 without its body', async () => {
    const { world, app, orders } = await start(adapter, ({ token }, response) => {
      response.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify({ canary: token }));
    });
    const answer = await app.get('/orders/user', world.token());
    expect(answer).toMatchObject({ status: 502 });
    expect(answer.body).toEqual({
      statusCode: 502,
      error: 'Bad Gateway',
      message: 'An API that this request needs did not answer as expected',
      code: 'downstream_http',
    });
    expect(app.log.join('\n')).toContain(
      'downstream_http: The downstream API orders answered with status 403 (GET)',
    );
    expect(app.log.join('\n')).not.toContain(orders.seen[0]?.token);
  });

  it('that redirects elsewhere gets no second call, and nobody else the token', async () => {
    const elsewhere = await startDownstream(() => ({}));
    const { world, app, orders } = await start(adapter, (_request, response) => {
      response.writeHead(307, { location: `${elsewhere.url}/v1/orders/1` }).end();
    });
    expect((await app.get('/orders/user', world.token())).status).toBe(502);
    expect([orders.seen.length, elsewhere.seen.length]).toEqual([1, 0]);
  });

  it('is not called at a path that leads away', async () => {
    const { world, app, orders } = await start(adapter, () => ({}));
    for (const path of [
      '../admin',
      '/a/%2e%2e/%2e%2e/admin',
      '/..%2fadmin',
      '//elsewhere.example/x',
      'https://elsewhere.example/v1',
      '\\\\elsewhere.example',
    ]) {
      const answer = await app.get(`/orders/path?path=${encodeURIComponent(path)}`, world.token());
      expect([path, answer.status, answer.body['code']]).toEqual([path, 500, 'configuration']);
    }
    expect(orders.seen).toEqual([]);
    expect(world.exchanges()).toEqual([]);
  });

  it('that revoked the session is called once more, with the claims it asks for', async () => {
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}';
    const refused = new Set<string>();
    const { world, app, orders } = await start(adapter, ({ token = '' }, response) => {
      if (orders.seen.length > 1 && !refused.has(token)) return { ok: true };
      refused.add(token);
      response.writeHead(401, { 'www-authenticate': insufficientClaims(claims) }).end();
      return undefined;
    });
    const token = world.token();
    expect((await app.get('/orders/user', token)).body).toEqual({ ok: true });
    expect(orders.seen).toHaveLength(2);
    expect(world.exchanges()).toHaveLength(2);
    expect(JSON.parse(world.exchanges()[1]?.form['claims'] ?? '')).toMatchObject(
      JSON.parse(claims) as object,
    );
    expect((await app.get('/orders/user', token)).body).toEqual({ ok: true });
    expect(orders.seen.map((one) => one.token)).toEqual([
      ...refused,
      orders.seen[1]?.token,
      orders.seen[1]?.token,
    ]);
    expect(world.exchanges()).toHaveLength(2);
  });

  it('whose claims only the user can give passes the challenge on to the caller', async () => {
    const asked = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
    const wanted = '{"access_token":{"capolids":{"essential":true,"values":["x"]}}}';
    const { world, app, orders } = await start(adapter, (_request, response) => {
      if (orders.seen.length === 2) return { ok: true };
      world.emulator.failNext({ aadsts: 50076, claims: wanted });
      response.writeHead(401, { 'www-authenticate': insufficientClaims(asked) }).end();
      return undefined;
    });
    const token = world.token();
    const answer = await app.get('/orders/user', token);
    expect(answer).toMatchObject({ status: 401, body: { code: 'claims_challenge' } });
    const { error, claims = '' } = challengeOf(answer.headers.get('www-authenticate'));
    expect([error, Buffer.from(claims, 'base64').toString()]).toEqual(['insufficient_claims', wanted]);
    expect([orders.seen.length, world.exchanges().length]).toEqual([1, 2]);
    // The token that was refused serves no more.
    expect((await app.get('/orders/user', token)).status).toBe(200);
    expect(orders.seen[1]?.token).not.toBe(orders.seen[0]?.token);
  });

  it('keeps its connections for further calls', async () => {
    const { world, app, orders } = await start(adapter, () => ({ id: 1 }));
    const token = world.token();
    for (let calls = 0; calls < 20; calls++) expect((await app.get('/orders/user', token)).status).toBe(200);
    expect([orders.seen.length, orders.connections()]).toEqual([20, 1]);
    await Promise.all(Array.from({ length: 20 }, () => app.get('/orders/user', token)));
    await Promise.all(Array.from({ length: 20 }, () => app.get('/orders/user', token)));
    expect(orders.seen).toHaveLength(60);
    expect(orders.connections()).toBeLessThanOrEqual(20);
  });

  it('prefetched by @DownstreamApis() has its token before the handler runs', async () => {
    @Controller('prefetched')
    @DownstreamApis('orders')
    class PrefetchedController {
      constructor(private readonly tokens: TokenAcquisitionService) {}

      @Get()
      async source(@DownstreamToken() token: string) {
        const { source } = await this.tokens.getTokenForUser('api://orders/Read');
        return { source, aud: claimsOf(token)['aud'] };
      }
    }
    const world = await startWorld();
    const orders = { baseUrl: 'https://orders.example', scopes: ['api://orders/Read'] };
    const app = await startApp(adapter, world.options({ downstreamApis: { orders } }), {
      controllers: [PrefetchedController],
    });
    expect((await app.get('/prefetched', world.token())).body).toEqual({
      source: 'memory',
      aud: ORDERS.clientId,
    });
    expect(world.exchanges()).toHaveLength(1);
  });

  it('that is not configured stops the boot', async () => {
    @Controller('typing')
    class TypingController {
      @Get()
      @DownstreamApis('ordres')
      slip() {
        return {};
      }

      @Get('app')
      @DownstreamApis('reports')
      app() {
        return {};
      }
    }
    const world = await startWorld();
    const downstreamApis = {
      orders: { baseUrl: 'https://orders.example', scopes: 'api://orders/Read' },
      reports: {
        baseUrl: 'https://reports.example',
        scopes: 'api://reports/.default',
        requestAppToken: true,
      },
    };
    await expect(
      startApp(adapter, world.options({ downstreamApis }), { controllers: [TypingController] }),
    ).rejects.toMatchObject({
      faults: [
        "TypingController.slip has @DownstreamApis('ordres') and downstreamApis has orders, reports; name one of them.",
        "TypingController.app has @DownstreamApis('reports') and downstreamApis.reports.requestAppToken is true; only tokens of users are acquired ahead: remove one of the two.",
      ],
    });
    const mixed = { orders: { ...downstreamApis.orders, scopes: ['api://orders/Read', 'User.Read'] } };
    await expect(startApp(adapter, world.options({ downstreamApis: mixed }), {})).rejects.toThrow(
      'downstreamApis.orders: The scopes api://orders/Read, User.Read belong to 2 resources',
    );
  });

  it('is injected with options from a factory, when it is named', async () => {
    const [world, server] = await Promise.all([startWorld(), startDownstream(() => ({ id: 1 }))]);
    const useFactory = () =>
      world.options({ downstreamApis: { orders: { baseUrl: server.url, scopes: 'api://orders/Read' } } });
    const rootOf = (injectableDownstreamApis: string[]) => {
      @Module({ imports: [AuthModule.forRootAsync({ useFactory, injectableDownstreamApis })], controllers })
      class RootModule {}
      return RootModule;
    };
    const app = await startModule(adapter, rootOf(['orders']));
    expect((await app.get('/orders/user', world.token())).body).toEqual({ id: 1 });
    await expect(startModule(adapter, rootOf([]))).rejects.toThrow(
      /the API "orders" of downstreamApis, which forRoot\(\) finds there and forRootAsync\(\) in injectableDownstreamApis/,
    );
    expect(app.nest.get(getDownstreamApiToken('orders'))).toBeInstanceOf(DownstreamApi);
    await expect(startModule(adapter, rootOf(['orders', 'ordres']))).rejects.toThrow(
      'There is no downstream API named "ordres"; downstreamApis has orders.',
    );
  });
});

describe('Users of a downstream API', () => {
  it('who call at the same time each call it with their own token', async () => {
    const [world, server] = await Promise.all([
      startWorld(),
      startDownstream(({ token = '' }) => ({ oid: claimsOf(token)['oid'] })),
    ]);

    @Injectable()
    class Orders {
      constructor(@InjectDownstreamApi('orders') readonly api: DownstreamApi) {}
    }

    @Controller('who')
    class WhoController {
      constructor(private readonly orders: Orders) {}
      @Get()
      who() {
        return this.orders.api.get();
      }
    }
    const orders = { baseUrl: server.url, scopes: 'api://orders/Read', relativePath: 'who' };
    const app = await startApp('express', world.options({ downstreamApis: { orders } }), {
      controllers: [WhoController],
      providers: [Orders],
    });
    const users = [ADELE.oid, BEN.oid];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => app.get('/who', world.token({ oid: users[index % 2] }))),
    );
    expect(answers.map(({ body }) => body['oid'])).toEqual(
      Array.from({ length: 20 }, (_, index) => users[index % 2]),
    );
    expect(server.seen[0]?.url).toBe('/who');
    expect(API.clientId).toBe(claimsOf(server.seen[0]?.token ?? '')['azp']);
  });
});
