import { Controller, Get, Module, UseFilters, type Type } from '@nestjs/common';
import {
  AuthModule,
  EntraExceptionFilter,
  MissingTokenError,
  Public,
  RequiredScopes,
  TokenAcquisitionService,
} from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, startModule, type App } from '../support/nest-app.js';
import { API, startWorld } from '../support/world.js';

@Controller('of-class')
@UseFilters(EntraExceptionFilter)
class OfClassController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get()
  @RequiredScopes('reports.read')
  reports() {
    return {};
  }

  @Public()
  @Get('open')
  open() {
    return this.tokens.getAccessTokenForUser('api://orders/Read');
  }
}

@Controller('of-handler')
class OfHandlerController {
  @Get()
  @RequiredScopes('reports.read')
  @UseFilters(EntraExceptionFilter)
  reports() {
    return {};
  }
}

const CONTROLLERS = [OfClassController, OfHandlerController];

/** What the filter makes of the callers that it meets, the same wherever it was put. */
async function expectAnswers(app: App, token: string) {
  for (const path of ['/of-class', '/of-handler']) {
    const missing = await app.get(path);
    expect([missing.status, missing.body['code']]).toEqual([401, 'token_missing']);
    const lacking = await app.get(path, token);
    expect([lacking.status, lacking.body['code']]).toEqual([403, 'insufficient_scope']);
    expect(lacking.headers.get('www-authenticate')).toContain(
      `realm="${API.clientId}", error="insufficient_scope"`,
    );
    expect(lacking.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate');
  }
  const broken = await app.get('/of-class/open', token);
  expect([broken.status, broken.body['code']]).toEqual([500, 'no_user_assertion']);
  expect(app.log.filter((line) => line.includes('no_user_assertion'))).toHaveLength(1);
}

describe.each(ADAPTERS)('EntraExceptionFilter on %s', (adapter) => {
  it('boots and answers as a class on controllers of a module of the application', async () => {
    const world = await startWorld();
    @Module({ controllers: CONTROLLERS })
    class FeatureModule {}
    @Module({ imports: [AuthModule.forRoot(world.options()), FeatureModule] })
    class RootModule {}
    await expectAnswers(await startModule(adapter, RootModule), world.token());
  });

  it('boots and answers in a module that does not see AuthModule', async () => {
    const world = await startWorld();
    @Controller('of-class')
    @UseFilters(EntraExceptionFilter)
    class PlainController {
      @Get()
      @Public()
      plain() {
        throw new MissingTokenError();
      }
    }
    @Module({ controllers: [PlainController] })
    class FeatureModule {}
    @Module({
      imports: [AuthModule.forRoot({ ...world.options(), isGlobal: false }), FeatureModule],
    })
    class RootModule {}
    const app = await startModule(adapter, RootModule);
    const { status, headers, body } = await app.get('/of-class');
    expect([status, body['code']]).toEqual([401, 'token_missing']);
    // Nobody knows a registration here, so the challenge names none.
    expect(headers.get('www-authenticate')).toBe('Bearer');
  });

  it.each<[string, (app: App['nest']) => unknown]>([
    ['useGlobalFilters() with the instance from the injector', (nest) => nest.get(EntraExceptionFilter)],
    ['an instance that another module injects', (nest) => nest.get(EntraExceptionFilter, { strict: false })],
  ])('answers as %s', async (_what, filterOf) => {
    const world = await startWorld();
    @Module({ imports: [AuthModule.forRoot(world.options())], controllers: CONTROLLERS as Type[] })
    class RootModule {}
    const app = await startModule(adapter, RootModule, (nest) => {
      nest.useGlobalFilters(filterOf(nest) as EntraExceptionFilter);
    });
    await expectAnswers(app, world.token());
  });
});
