import { All, Controller, Get } from '@nestjs/common';
import type { CorsOptions } from '@nestjs/common/interfaces/external/cors-options.interface.js';
import { Public, RequiredScopes } from 'nestjs-entra';
import { readChallenge } from 'nestjs-entra/client';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type Preparation } from '../support/nest-app.js';
import { allowsAuthorization, readableHeaders } from '../support/page.js';
import { API, startWorld } from '../support/world.js';

const ORIGIN = 'https://page.example';

@Controller('orders')
class OrdersController {
  @Get()
  orders() {
    return {};
  }

  @Get('scoped')
  @RequiredScopes('orders.read')
  scoped() {
    return {};
  }

  @All('all')
  all() {
    return {};
  }

  @Public()
  @Get('open')
  open() {
    return {};
  }
}

describe.each(ADAPTERS)('A page of another origin on %s', (adapter) => {
  const start = async (prepare?: Preparation) => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { controllers: [OrdersController] }, prepare);
    const url = (await app.nest.getUrl()).replace('localhost', '127.0.0.1');
    const preflight = async (path: string) => {
      const headers = {
        origin: ORIGIN,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      };
      const answer = await fetch(`${url}${path}`, { method: 'OPTIONS', headers });
      await answer.body?.cancel();
      return answer;
    };
    return { world, app, preflight };
  };

  it.each<[string, CorsOptions, { withCredentials?: boolean }]>([
    ['as it is', {}, {}],
    ['with exposed headers', { exposedHeaders: ['X-Total', 'ETag'] }, {}],
    ['with exposed headers as text', { exposedHeaders: 'X-Total,ETag' }, {}],
    ['with cookies', { origin: ORIGIN, credentials: true }, { withCredentials: true }],
    [
      'with cookies and all headers exposed, which then means none',
      { origin: ORIGIN, credentials: true, exposedHeaders: '*' },
      { withCredentials: true },
    ],
  ])('reads every challenge with enableCors(), %s', async (_how, options, mode) => {
    const { world, app, preflight } = await start((nest) => nest.enableCors(options));
    const page = { origin: ORIGIN, ...mode };
    const asked = await preflight('/orders');
    expect(allowsAuthorization(asked.status, asked.headers, page)).toBe(true);
    const cases = [
      ['/orders', undefined, 401],
      ['/orders', 'a.b.c', 401],
      ['/orders/scoped', world.token(), 403],
    ] as const;
    for (const [path, token, status] of cases) {
      const answer = await app.get(path, token, { origin: ORIGIN });
      expect(answer.status).toBe(status);
      const readable = readableHeaders(answer.headers, page);
      expect(await readChallenge(new Response(answer.text, { headers: readable }))).toBeDefined();
      expect(readable?.get('www-authenticate')).toContain(`realm="${API.clientId}"`);
    }
    const { exposedHeaders } = options;
    const answer = await app.get('/orders', undefined, { origin: ORIGIN });
    const exposed = answer.headers.get('access-control-expose-headers')?.split(', ');
    expect(exposed).toEqual([
      ...[exposedHeaders ?? []].flat().flatMap((name) => name.split(',')),
      'WWW-Authenticate',
    ]);
    expect((await app.get('/orders', world.token(), { origin: ORIGIN })).status).toBe(200);
  });

  it('reads when to come back', async () => {
    const { world, app } = await start((nest) => nest.enableCors());
    world.emulator.failNext({ endpoint: 'keys', status: 503, times: 9 });
    const answer = await app.get('/orders', world.token(), { origin: ORIGIN });
    expect(answer.status).toBe(503);
    expect(readableHeaders(answer.headers, { origin: ORIGIN })?.get('retry-after')).toMatch(/^\d+$/);
  });

  it('finds the header exposed without enableCors(), where a proxy allows the origin', async () => {
    const { app, preflight } = await start();
    const { headers } = await app.get('/orders', undefined, { origin: ORIGIN });
    expect(readableHeaders(headers, { origin: ORIGIN })).toBeUndefined();
    const behindProxy = new Headers([...headers, ['access-control-allow-origin', ORIGIN]]);
    expect(readableHeaders(behindProxy, { origin: ORIGIN })?.get('www-authenticate')).toContain('Bearer');
    const asked = await preflight('/orders');
    expect(allowsAuthorization(asked.status, asked.headers, { origin: ORIGIN })).toBe(false);
  });

  it('meets the guard on a route that takes OPTIONS itself, unless CORS answers first', async () => {
    const guarded = await start();
    expect((await guarded.preflight('/orders/all')).status).toBe(401);
    const answered = await start((nest) => nest.enableCors());
    expect((await answered.preflight('/orders/all')).status).toBe(204);
    expect((await answered.preflight('/nowhere')).status).toBe(204);
  });

  it('of an open route is told nothing', async () => {
    const { app } = await start((nest) => nest.enableCors());
    const { headers } = await app.get('/orders/open', undefined, { origin: ORIGIN });
    expect(headers.get('access-control-expose-headers')).toBeNull();
  });
});
