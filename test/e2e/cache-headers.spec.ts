import {
  Catch,
  Controller,
  ForbiddenException,
  Get,
  Header,
  HttpException,
  NotFoundException,
  Res,
  ServiceUnavailableException,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Public, RequiredScopes, TokenAcquisitionService, type EntraAuthOptions } from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type Adapter, type App } from '../support/nest-app.js';
import { startWorld, type World } from '../support/world.js';

interface AnyResponse {
  raw?: AnyResponse;
  hijack?(): void;
  /** Of Express. */
  set?(name: string, value: string): unknown;
  /** Of Fastify. */
  header?(name: string, value: string): unknown;
  writeHead(status: number, headers?: object): unknown;
  end(body: string): unknown;
}

/** Whatever failed, with a header of its own that would let it be stored. */
@Catch(HttpException)
class StoringFilter implements ExceptionFilter<HttpException> {
  catch(exception: HttpException, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<{
      status(code: number): { header(name: string, value: string): { send(body: object): void } };
    }>();
    response.status(exception.getStatus()).header('Cache-Control', 'public, max-age=60').send({ ours: true });
  }
}

@Controller()
class CachingController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get('plain')
  plain() {
    return {};
  }

  @Get('decorated')
  @Header('Cache-Control', 'public, max-age=60')
  decorated() {
    return {};
  }

  @Get('set')
  set(@Res({ passthrough: true }) response: AnyResponse) {
    if (response.set) response.set('Cache-Control', 'max-age=5');
    else response.header?.('Cache-Control', 'max-age=5');
    return {};
  }

  @Get('raw')
  raw(@Res() response: AnyResponse) {
    response.hijack?.();
    const node = response.raw ?? response;
    node.writeHead(200, { 'Content-Type': 'text/plain' });
    node.end('raw');
  }

  @Get('raw-own')
  rawOwn(@Res() response: AnyResponse) {
    response.hijack?.();
    const node = response.raw ?? response;
    node.writeHead(200, { 'Cache-Control': 'max-age=7' });
    node.end('raw');
  }

  @Get('open')
  @Public()
  open() {
    return {};
  }

  @Get('optional')
  @Public({ optional: true })
  optional() {
    return {};
  }

  @Get('scoped')
  @RequiredScopes('reports.write')
  scoped() {
    return {};
  }

  @Get('missing')
  missing(): never {
    throw new NotFoundException();
  }

  @Get('forbidden')
  forbidden(): never {
    throw new ForbiddenException();
  }

  @Get('forbidden-own')
  forbiddenOwn(@Res({ passthrough: true }) response: AnyResponse): never {
    if (response.set) response.set('Cache-Control', 'max-age=9');
    else response.header?.('Cache-Control', 'max-age=9');
    throw new ForbiddenException();
  }

  @Get('busy')
  busy(): never {
    throw new ServiceUnavailableException();
  }

  @Get('unavailable')
  async unavailable() {
    return { token: await this.tokens.getAccessTokenForUser('api://orders/Read') };
  }
}

const headersOf = async (app: App, path: string, token?: string) => {
  const { status, headers } = await app.get(path, token);
  return [status, headers.get('cache-control'), headers.get('vary')];
};

describe.each(ADAPTERS)('Cache headers on %s', (adapter: Adapter) => {
  const start = async (
    changes: Partial<EntraAuthOptions> = {},
    filter?: typeof StoringFilter,
    before: Record<string, string> = {},
  ): Promise<{ world: World; app: App }> => {
    const world = await startWorld();
    const providers = filter ? [{ provide: APP_FILTER, useClass: filter }] : [];
    const app = await startApp(
      adapter,
      world.options(changes),
      { controllers: [CachingController], providers },
      (nest) => {
        const set = Object.entries(before);
        if (adapter === 'fastify') {
          const fastify = nest.getHttpAdapter().getInstance() as {
            addHook(
              name: string,
              hook: (request: object, reply: AnyResponse, done: () => void) => void,
            ): void;
          };
          fastify.addHook('onRequest', (_request, reply, done) => {
            for (const [name, value] of set) reply.header?.(name, value);
            done();
          });
          return;
        }
        nest.use((_request: object, response: AnyResponse, next: () => void) => {
          for (const [name, value] of set) response.set?.(name, value);
          next();
        });
      },
    );
    return { world, app };
  };

  it('keep responses to callers out of shared caches, unless the application says otherwise', async () => {
    const { world, app } = await start();
    const token = world.token();
    const vary = 'Authorization';
    expect(await headersOf(app, '/plain', token)).toEqual([200, 'private, no-cache', vary]);
    expect(await headersOf(app, '/decorated', token)).toEqual([200, 'public, max-age=60', vary]);
    expect(await headersOf(app, '/set', token)).toEqual([200, 'max-age=5', vary]);
    expect(await headersOf(app, '/raw', token)).toEqual([200, 'private, no-cache', vary]);
    expect(await headersOf(app, '/raw-own', token)).toEqual([200, 'max-age=7', vary]);
    expect(await headersOf(app, '/missing', token)).toEqual([404, 'private, no-cache', vary]);
  });

  it('leave public routes alone, and vary those with an optional caller', async () => {
    const { world, app } = await start();
    for (const token of [undefined, world.token()]) {
      expect(await headersOf(app, '/open', token)).toEqual([200, null, null]);
    }
    expect(await headersOf(app, '/optional')).toEqual([200, null, 'Authorization']);
    expect(await headersOf(app, '/optional', world.token())).toEqual([
      200,
      'private, no-cache',
      'Authorization',
    ]);
  });

  it('are added to the Vary that is there already', async () => {
    for (const [before, after] of [
      ['Origin', 'Origin, Authorization'],
      ['Origin, authorization', 'Origin, authorization'],
      ['*', '*'],
    ] as const) {
      const { world, app } = await start({}, undefined, { Vary: before });
      expect(await headersOf(app, '/plain', world.token())).toEqual([200, 'private, no-cache', after]);
    }
  });

  it('are those of the application when it set Cache-Control before', async () => {
    const { world, app } = await start({}, undefined, { 'Cache-Control': 'no-transform' });
    expect(await headersOf(app, '/plain', world.token())).toEqual([200, 'no-transform', null]);
  });

  it('follow the option cacheControl', async () => {
    const other = await start({ cacheControl: 'private, max-age=10' });
    expect(await headersOf(other.app, '/plain', other.world.token())).toEqual([
      200,
      'private, max-age=10',
      'Authorization',
    ]);
    const none = await start({ cacheControl: null });
    expect(await headersOf(none.app, '/plain', none.world.token())).toEqual([200, null, null]);
    expect(await headersOf(none.app, '/optional')).toEqual([200, null, null]);
    expect(await headersOf(none.app, '/plain')).toEqual([401, 'no-store', null]);
  });

  it.each([undefined, StoringFilter])('store no 401, 403 or 503, with the filter %o', async (filter) => {
    const { world, app } = await start({}, filter);
    const token = world.token();
    const cases: [path: string, token: string | undefined, status: number][] = [
      ['/plain', undefined, 401],
      ['/plain', 'x.y.z', 401],
      ['/plain', world.token({ aud: 'api://elsewhere' }), 401],
      ['/scoped', token, 403],
      ['/scoped', world.token({ scp: undefined, roles: ['Reports.Read.All'] }), 403],
    ];
    for (const [path, sent, status] of cases) {
      expect([path, ...(await headersOf(app, path, sent))].slice(0, 3)).toEqual([path, status, 'no-store']);
    }
    world.emulator.failNext({ endpoint: 'token', status: 503, times: 5 });
    expect((await headersOf(app, '/unavailable', token)).slice(0, 2)).toEqual([503, 'no-store']);
  });

  it('forbid storing a 403 or 503 that the application throws', async () => {
    const { world, app } = await start();
    for (const [path, status] of [
      ['/forbidden', 403],
      ['/busy', 503],
    ] as const) {
      expect(await headersOf(app, path, world.token())).toEqual([status, 'no-store', 'Authorization']);
    }
  });

  it('leave the Cache-Control of a 403 alone that the application sets itself', async () => {
    const { world, app } = await start();
    expect((await headersOf(app, '/forbidden-own', world.token())).slice(0, 2)).toEqual([403, 'max-age=9']);
  });
});
