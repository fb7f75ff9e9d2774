import { Controller, Get, Injectable } from '@nestjs/common';
import {
  CurrentUser,
  JwtStrategy,
  Public,
  RequiredScopes,
  TokenAcquisitionService,
  type EntraUser,
} from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, startApp } from '../support/nest-app.js';
import { ADELE, startWorld } from '../support/world.js';

@Public()
class PublicBase {
  @Get()
  inherited() {
    return {};
  }
}

@Controller('health')
@Public()
class HealthController extends PublicBase {
  @Get('own')
  own() {
    return {};
  }
}

@Controller('admin')
class AdminController extends PublicBase {
  @Get('own')
  own() {
    return {};
  }

  @Get('open')
  @Public()
  open() {
    return {};
  }
}

@RequiredScopes('reports.read')
class ScopedBase {
  @Get()
  inherited() {
    return {};
  }
}

@Controller('reports')
class ReportsController extends ScopedBase {}

@Controller('products')
class ProductsController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get()
  @Public({ optional: true })
  list(@CurrentUser() user?: EntraUser) {
    return { oid: user?.oid ?? null };
  }

  @Get('token')
  @Public({ optional: true })
  async token() {
    return { source: (await this.tokens.getTokenForUser('api://orders/Read')).source };
  }
}

@Controller('catalog')
@Public({ optional: true })
class CatalogController {
  @Get()
  list(@CurrentUser('oid') oid?: string) {
    return { oid: oid ?? null };
  }

  @Get('closed')
  @Public(false)
  closed() {
    return {};
  }

  @Get('open')
  @Public()
  open(@CurrentUser('oid') oid?: string) {
    return { oid: oid ?? null };
  }
}

@Controller('orders')
class OrdersController extends CatalogController {}

const controllers = [
  HealthController,
  AdminController,
  ReportsController,
  ProductsController,
  CatalogController,
  OrdersController,
];

describe.each(ADAPTERS)('Public routes on %s', (adapter) => {
  const start = async () => {
    const world = await startWorld();
    return { world, app: await startApp(adapter, world.options(), { controllers }) };
  };

  it('keeps a subclass of a @Public() class closed, and opens only what the subclass itself marks', async () => {
    const { world, app } = await start();
    for (const path of ['/health', '/health/own', '/admin/open']) {
      expect({ path, status: (await app.get(path)).status }).toEqual({ path, status: 200 });
    }
    for (const path of ['/admin', '/admin/own', '/orders', '/orders/closed']) {
      const { status, body } = await app.get(path);
      expect([path, status, body['code']]).toEqual([path, 401, 'token_missing']);
      expect([path, (await app.get(path, world.token())).status]).toEqual([path, 200]);
    }
  });

  it('applies the requirement of a class to its subclasses', async () => {
    const { world, app } = await start();
    expect((await app.get('/reports', world.token())).status).toBe(403);
    expect((await app.get('/reports', world.token({ scp: 'reports.read' }))).status).toBe(200);
  });

  it.each(['/products', '/catalog'])(
    'gives the caller of an optional route for a good token, and nobody for none (%s)',
    async (path) => {
      const { world, app } = await start();
      expect(await app.get(path)).toMatchObject({ status: 200, body: { oid: null } });
      expect(await app.get(path, world.token())).toMatchObject({ status: 200, body: { oid: ADELE.oid } });
      const basic = { authorization: 'Basic dXNlcjpwYXNzd29yZA==' };
      expect(await app.get(path, undefined, basic)).toMatchObject({ status: 200, body: { oid: null } });
    },
  );

  it('rejects a bad token on an optional route as on any other', async () => {
    const { world, app } = await start();
    const now = Math.floor(Date.now() / 1000);
    const bad: [token: string, status: number, code: string][] = [
      [world.token({ iat: now - 7200, nbf: now - 7200, exp: now - 3600 }), 401, 'token_expired'],
      [world.token({ aud: 'api://another' }), 401, 'token_audience'],
      [`${world.token().slice(0, -8)}AAAAAAAA`, 401, 'token_signature'],
      ['undefined', 401, 'token_malformed'],
      ['a b', 400, 'authorization_malformed'],
    ];
    for (const [token, status, code] of bad) {
      const answer = await app.get('/products', token);
      expect([answer.status, answer.body['code']]).toEqual([status, code]);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    }
    // The scheme of a bearer token, and no token: not the absence of one.
    const empty = await app.get('/products', undefined, { authorization: 'Bearer' });
    expect(empty).toMatchObject({ status: 401, body: { code: 'token_missing' } });
  });

  it('closes a route of an optional controller with @Public(false), and asks nobody with @Public()', async () => {
    const { world, app } = await start();
    expect((await app.get('/catalog/closed')).status).toBe(401);
    expect(await app.get('/catalog/open', 'undefined')).toMatchObject({ status: 200, body: { oid: null } });
    expect(await app.get('/catalog/open', world.token())).toMatchObject({ body: { oid: null } });
  });

  it('exchanges the token of the caller on an optional route, and throws no_user_assertion without one', async () => {
    const { world, app } = await start();
    expect(await app.get('/products/token')).toMatchObject({
      status: 500,
      body: { code: 'no_user_assertion' },
    });
    expect(await app.get('/products/token', world.token())).toMatchObject({
      body: { source: 'identity-platform' },
    });
  });

  it('runs validate() for the caller of an optional route, which may reject the request', async () => {
    @Injectable()
    class NobodyStrategy extends JwtStrategy {
      override validate() {
        return undefined;
      }
    }
    const world = await startWorld();
    const app = await startApp(adapter, { ...world.options(), strategy: NobodyStrategy }, { controllers });
    expect((await app.get('/products')).status).toBe(200);
    expect(await app.get('/products', world.token())).toMatchObject({
      status: 401,
      body: { code: 'token_rejected' },
    });
  });
});
