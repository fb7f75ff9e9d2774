import {
  Catch,
  Controller,
  ForbiddenException,
  Get,
  HttpException,
  Module,
  UseFilters,
  UseGuards,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost } from '@nestjs/core';
import { EntraEmulator } from 'entra-emulator';
import {
  AuthModule,
  ConsentRequiredError,
  DownstreamScopes,
  JwtAuthGuard,
  RequiredScopes,
  TokenAcquisitionService,
} from 'nestjs-entra';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ADAPTERS, startApp, startModule, type Adapter } from '../support/nest-app.js';
import { challengeOf } from '../support/tokens.js';
import { API, FILES, ORDERS, startWorld } from '../support/world.js';

/** As many write it: everything, by status and message. */
@Catch()
class CatchEverything implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const status = exception instanceof HttpException ? exception.getStatus() : 500;
    const message = exception instanceof Error ? exception.message : 'unknown';
    const copy = JSON.stringify({ ...(exception as object) });
    this.host.httpAdapter.reply(
      host.switchToHttp().getResponse(),
      { ours: true, status, message, copy },
      status,
    );
  }
}

/** The other usual one: by the framework's own response. */
@Catch(HttpException)
class CatchHttpExceptions implements ExceptionFilter<HttpException> {
  catch(exception: HttpException, host: ArgumentsHost): void {
    const response = host
      .switchToHttp()
      .getResponse<{ status(code: number): { send(body: object): void } }>();
    response.status(exception.getStatus()).send({ ours: true, response: exception.getResponse() });
  }
}

@Controller('orders')
class OrdersController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get()
  @DownstreamScopes('api://files/Write')
  prefetched() {
    return {};
  }

  @Get('on-demand')
  async onDemand() {
    return { token: (await this.tokens.getAccessTokenForUser('api://files/Write')).length };
  }

  @Get('handled')
  async handled() {
    try {
      return { token: (await this.tokens.getAccessTokenForUser('api://files/Write')).length };
    } catch (error) {
      return { without: (error as ConsentRequiredError).code };
    }
  }

  @Get('plain')
  plain() {
    return {};
  }

  @Get('forbidden')
  forbidden(): never {
    throw new ForbiddenException('ours');
  }

  @Get('scoped')
  @RequiredScopes('orders.admin')
  scoped() {
    return {};
  }
}

const FILTERS = { 'catch-all': CatchEverything, 'for HttpException': CatchHttpExceptions } as const;

describe.each(ADAPTERS)('Filters of the application on %s', (adapter) => {
  const start = async (Filter: (typeof FILTERS)[keyof typeof FILTERS]) => {
    const world = await startWorld();
    // Of filters for the same errors Nest takes the one that was registered last.
    @Module({ providers: [{ provide: APP_FILTER, useClass: Filter }] })
    class FilterModule {}
    return {
      world,
      app: await startApp(adapter, world.options(), {
        controllers: [OrdersController],
        imports: [FilterModule],
      }),
    };
  };

  it.each(['catch-all', 'for HttpException'] as const)('keep the challenge, a filter %s', async (kind) => {
    const { world, app } = await start(FILTERS[kind]);
    const token = world.token();
    const cases: [path: string, token: string | undefined, status: number, challenge: object][] = [
      ['/orders/plain', undefined, 401, { realm: API.clientId }],
      ['/orders/plain', 'x.y.z', 401, { error: 'invalid_token' }],
      ['/orders/plain', world.token({ aud: 'api://elsewhere' }), 401, { error: 'invalid_token' }],
      ['/orders/scoped', token, 403, { error: 'insufficient_scope', scope: 'orders.admin' }],
      ['/orders', token, 403, { error: 'insufficient_scope', scope: 'api://files/Write' }],
      ['/orders/on-demand', token, 403, { error: 'insufficient_scope', scope: 'api://files/Write' }],
      [
        '/orders/on-demand',
        world.token({ scp: undefined, roles: ['Reports.Read.All'] }),
        403,
        { error: 'insufficient_scope' },
      ],
    ];
    for (const [path, sent, status, challenge] of cases) {
      const answer = await app.get(path, sent);
      expect([path, answer.status, answer.body['ours']]).toEqual([path, status, true]);
      expect(challengeOf(answer.headers.get('www-authenticate'))).toMatchObject(challenge);
      expect(answer.headers.get('access-control-expose-headers')).toBe('WWW-Authenticate');
    }
  });

  it('keep Retry-After', async () => {
    const { world, app } = await start(CatchEverything);
    const token = world.token();
    await app.get('/orders/plain', token);
    world.emulator.failNext({ status: 503, headers: { 'retry-after': '17' } });
    const answer = await app.get('/orders/on-demand', token);
    expect(answer).toMatchObject({ status: 503, body: { ours: true } });
    expect(answer.headers.get('retry-after')).toBe('17');
    expect(answer.headers.get('www-authenticate')).toBeNull();
  });

  it.each(['catch-all', 'for HttpException'] as const)(
    'meet fixed texts alone, a filter %s',
    async (kind) => {
      const { world, app } = await start(FILTERS[kind]);
      const answers = [
        await app.get('/orders/plain', world.token({ aud: 'api://elsewhere' })),
        await app.get('/orders/on-demand', world.token()),
      ];
      expect(
        answers.map(({ body }) => body['message'] ?? (body['response'] as { message: string }).message),
      ).toEqual([
        'The access token is meant for another audience',
        'The user has not consented to what this request needs',
      ]);
      for (const { text } of answers) expect(text).not.toMatch(/elsewhere|AADSTS65001|administrator/);
      expect(app.log.join('\n')).toMatch(/elsewhere[^]*AADSTS65001/);
    },
  );

  it('answer for themselves what is none of this library’s', async () => {
    const { world, app } = await start(CatchEverything);
    const answer = await app.get('/orders/forbidden', world.token());
    expect(answer).toMatchObject({ status: 403, body: { message: 'ours' } });
    expect(answer.headers.get('www-authenticate')).toBeNull();
  });

  it('a handler that goes on without the token sends no challenge', async () => {
    const { world, app } = await start(CatchEverything);
    const answer = await app.get('/orders/handled', world.token());
    expect(answer).toMatchObject({ status: 200, body: { without: 'consent_required' } });
    expect(answer.headers.get('www-authenticate')).toBeNull();
    expect(answer.headers.get('access-control-expose-headers')).toBeNull();
  });

  it('of a controller keep the challenge as well, and a challenge of their own', async () => {
    const world = await startWorld();

    @Catch()
    class Own implements ExceptionFilter {
      catch(exception: HttpException, host: ArgumentsHost): void {
        const response = host.switchToHttp().getResponse<{
          header(name: string, value: string): { status(code: number): { send(body: object): void } };
        }>();
        response.header('WWW-Authenticate', 'Own').status(exception.getStatus()).send({ ours: true });
      }
    }
    @Controller('kept')
    @UseFilters(CatchHttpExceptions)
    class KeptController {
      @Get()
      kept() {}
    }
    @Controller('own')
    @UseFilters(Own)
    class OwnController {
      @Get()
      own() {}
    }
    const app = await startApp(adapter, world.options(), { controllers: [KeptController, OwnController] });
    const kept = await app.get('/kept');
    expect(kept).toMatchObject({ status: 401, body: { ours: true } });
    expect(challengeOf(kept.headers.get('www-authenticate'))).toMatchObject({ realm: API.clientId });
    expect((await app.get('/own')).headers.get('www-authenticate')).toBe('Own');
  });
});

describe.each(ADAPTERS)('Two modules in one application on %s', (adapter: Adapter) => {
  it('answer each with its own parameters', async () => {
    const world = await startWorld();
    const partner = await EntraEmulator.start({ tenantId: '5a0a1a8c-3d0e-4f61-9a51-0000000000ff' });
    onTestFinished(() => partner.stop());
    partner.addUser({ oid: '5a0a1a8c-3d0e-4f61-9a51-00000000000c', name: 'Cleo' });
    partner.addApplication({
      clientId: FILES.clientId,
      scopes: ['access_as_user'],
      clientSecrets: ['files'],
    });
    partner.addApplication({ clientId: ORDERS.clientId, identifierUris: [ORDERS.uri], scopes: ['Read'] });

    @Controller('home')
    @UseGuards(JwtAuthGuard)
    class HomeController {
      @Get()
      @RequiredScopes('home.admin')
      home() {}
    }
    @Module({
      imports: [AuthModule.forRoot({ ...world.options(), globalGuard: false, isGlobal: false })],
      controllers: [HomeController],
    })
    class HomeModule {}

    @Controller('partner')
    @UseGuards(JwtAuthGuard)
    class PartnerController {
      constructor(private readonly tokens: TokenAcquisitionService) {}

      @Get()
      @RequiredScopes('partner.admin')
      scoped() {}

      @Get('token')
      async token() {
        return this.tokens.getAccessTokenForUser('api://orders/Read');
      }
    }
    @Module({
      imports: [
        AuthModule.forRoot({
          instance: partner.url,
          tenantId: partner.tenantId,
          clientId: FILES.clientId,
          clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: 'files' }],
          network: { fetch: partner.fetch },
          showErrorDetails: true,
          globalGuard: false,
          isGlobal: false,
        }),
      ],
      controllers: [PartnerController],
    })
    class PartnerModule {}

    @Module({ imports: [HomeModule, PartnerModule] })
    class RootModule {}
    const app = await startModule(adapter, RootModule);

    const guest = partner.issueAccessToken({
      aud: FILES.clientId,
      oid: '5a0a1a8c-3d0e-4f61-9a51-00000000000c',
      scp: 'access_as_user',
    });
    const signIn = (url: string, tenantId: string) => `${url}/${tenantId}/oauth2/v2.0/authorize`;
    const home = {
      realm: API.clientId,
      authorization_uri: signIn(world.emulator.url, world.emulator.tenantId),
    };
    const away = { realm: FILES.clientId, authorization_uri: signIn(partner.url, partner.tenantId) };
    const cases = [
      ['/home', undefined, 401, home],
      ['/partner', undefined, 401, away],
      ['/home', world.token(), 403, { realm: API.clientId }],
      ['/partner', guest, 403, { realm: FILES.clientId }],
      ['/partner/token', guest, 403, { realm: FILES.clientId }],
    ] as const;
    for (const [path, token, status, challenge] of cases) {
      const answer = await app.get(path, token);
      expect([path, answer.status]).toEqual([path, status]);
      expect(challengeOf(answer.headers.get('www-authenticate'))).toMatchObject(challenge);
      // The other module shows details, and this one does not.
      expect('details' in answer.body).toBe(path !== '/home');
    }
  });
});
