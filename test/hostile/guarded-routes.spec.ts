import {
  All,
  Controller,
  Get,
  Injectable,
  mixin,
  Module,
  Scope,
  UseGuards,
  VersioningType,
  type CanActivate,
  type Type,
} from '@nestjs/common';
import { APP_GUARD, RouterModule } from '@nestjs/core';
import { CurrentUser, JwtAuthGuard, Public, RequiredScopes, type EntraUser } from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, startApp } from '../support/nest-app.js';
import { ADELE, startWorld } from '../support/world.js';

/** Every way in which a route can come into an application, and none that opens it. */
abstract class Inherited {
  @Get('inherited')
  inherited(@CurrentUser() user: EntraUser) {
    return { oid: user.oid };
  }
}

@Controller()
class PlainController extends Inherited {
  @Get('plain')
  plain(@CurrentUser() user: EntraUser) {
    return { oid: user.oid };
  }

  @All('all')
  all(@CurrentUser() user: EntraUser) {
    return { oid: user.oid };
  }

  @Get('named')
  @UseGuards(JwtAuthGuard)
  named(@CurrentUser() user: EntraUser) {
    return { oid: user.oid };
  }
}

@Public()
@Controller('open-base')
class OpenController {
  @Get()
  open(@CurrentUser() user: EntraUser | undefined) {
    return { oid: user?.oid };
  }
}

@Controller('heir')
class Heir extends OpenController {}

@Controller({ path: 'scoped', scope: Scope.REQUEST })
class RequestScopedController {
  @Get()
  scoped(@CurrentUser() user: EntraUser) {
    return { oid: user.oid };
  }
}

@Controller({ path: 'versioned', version: '1' })
class VersionedController {
  @Get()
  versioned(@CurrentUser() user: EntraUser) {
    return { oid: user.oid };
  }
}

function mixedIn(): Type {
  @Controller('mixed')
  class MixedController {
    @Get()
    mixed(@CurrentUser() user: EntraUser) {
      return { oid: user.oid };
    }
  }
  return mixin(MixedController);
}

@Controller('routed')
class RoutedController {
  @Get()
  routed(@CurrentUser() user: EntraUser) {
    return { oid: user.oid };
  }
}

@Module({ controllers: [RoutedController] })
class RoutedModule {}

/** A guard of the application for every route, created for each request. */
@Injectable({ scope: Scope.REQUEST })
class ApplicationGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

const PATHS = [
  '/plain',
  '/all',
  '/named',
  '/inherited',
  '/heir',
  '/scoped',
  '/v1/versioned',
  '/mixed',
  '/area/routed',
];

describe.each(ADAPTERS)('Routes that nobody opened, on %s', (adapter) => {
  async function start(metadata: { providers?: object[] } = {}) {
    const world = await startWorld();
    const app = await startApp(
      adapter,
      world.options(),
      {
        controllers: [
          PlainController,
          OpenController,
          Heir,
          RequestScopedController,
          VersionedController,
          mixedIn(),
        ],
        imports: [RoutedModule, RouterModule.register([{ path: 'area', module: RoutedModule }])],
        providers: (metadata.providers ?? []) as never,
      },
      (nest) => nest.enableVersioning({ type: VersioningType.URI }),
    );
    return { world, app };
  }

  it.each([
    ['alone', []],
    [
      'next to a request-scoped guard of the application',
      [{ provide: APP_GUARD, useClass: ApplicationGuard }],
    ],
  ])('answer 401 without a token and serve its owner with one: %s', async (_what, providers) => {
    const { world, app } = await start({ providers });
    const answers = [];
    for (const path of PATHS) {
      const anonymous = await app.get(path);
      const { status, body } = await app.get(path, world.token());
      answers.push([path, anonymous.status, anonymous.body['code'], status, body['oid']]);
    }
    expect(answers).toEqual(PATHS.map((path) => [path, 401, 'token_missing', 200, ADELE.oid]));
    expect((await app.get('/open-base')).status).toBe(200);
  });

  it.each(['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])(
    'answer %s without a token with 401',
    async (method) => {
      const { app } = await start();
      const url = await app.nest.getUrl();
      const response = await fetch(`${url}/all`, { method }).catch(() => undefined);
      // Fastify knows no PROPFIND unless the application adds it, and @All() adds none.
      if (response?.status !== 404) expect(response?.status).toBe(401);
      else expect([adapter, method]).toEqual(['fastify', method]);
    },
  );

  it('stay closed when requirements of the base class are inherited', async () => {
    class Required {
      @Get('required')
      @RequiredScopes('reports.write')
      required() {
        return {};
      }
    }
    @Controller()
    class RequiredHeir extends Required {}
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { controllers: [RequiredHeir] });
    expect((await app.get('/required')).status).toBe(401);
    expect((await app.get('/required', world.token())).status).toBe(403);
    expect((await app.get('/required', world.token({ scp: 'reports.write' }))).status).toBe(200);
  });
});
