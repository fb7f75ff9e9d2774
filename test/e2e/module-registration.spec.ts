import { AsyncResource } from 'node:async_hooks';
import {
  Controller,
  Get,
  Global,
  Inject,
  Injectable,
  Module,
  UseGuards,
  type CanActivate,
  type MiddlewareConsumer,
  type NestModule,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  AuthModule,
  CurrentUser,
  JwtAuthGuard,
  JwtStrategy,
  TokenAcquisitionService,
  type AccessTokenClaims,
  type EntraAuthOptions,
  type EntraAuthOptionsFactory,
  type EntraUser,
} from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, startModule } from '../support/nest-app.js';
import { ADELE, API, startWorld } from '../support/world.js';

@Controller('who')
class WhoController {
  constructor(readonly tokens: TokenAcquisitionService) {}

  @Get()
  who(@CurrentUser() user: EntraUser) {
    return { oid: user.oid };
  }

  @Get('token')
  async token() {
    return { scopes: (await this.tokens.getTokenForUser('api://orders/Read')).scopes };
  }
}

describe.each(ADAPTERS)('AuthModule on %s', (adapter) => {
  it('forRoot() registers guard, strategy, service and error filter in one call', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { controllers: [WhoController] });
    const refused = await app.get('/who');
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toContain('Bearer');
    expect((await app.get('/who', world.token())).body).toEqual({ oid: ADELE.oid });
    expect((await app.get('/who/token', world.token())).body).toEqual({
      scopes: ['api://orders/Read', 'api://orders/Write'],
    });
  });

  it.each(['useFactory', 'useClass', 'useExisting'] as const)(
    'forRootAsync() takes its options from %s',
    async (kind) => {
      const world = await startWorld();

      @Injectable()
      class OptionsFactory implements EntraAuthOptionsFactory {
        createEntraAuthOptions(): EntraAuthOptions {
          return world.options();
        }
      }

      @Module({ providers: [OptionsFactory], exports: [OptionsFactory] })
      class OptionsModule {}

      const imported = {
        useFactory: () =>
          AuthModule.forRootAsync({
            imports: [OptionsModule],
            inject: [OptionsFactory],
            useFactory: async (factory: OptionsFactory) => factory.createEntraAuthOptions(),
          }),
        useClass: () => AuthModule.forRootAsync({ useClass: OptionsFactory }),
        useExisting: () => AuthModule.forRootAsync({ imports: [OptionsModule], useExisting: OptionsFactory }),
      }[kind]();

      @Module({ imports: [imported], controllers: [WhoController] })
      class RootModule {}

      const app = await startModule(adapter, RootModule);
      expect((await app.get('/who')).status).toBe(401);
      expect((await app.get('/who', world.token())).body).toEqual({ oid: ADELE.oid });
    },
  );

  it('globalGuard: false protects only where JwtAuthGuard stands', async () => {
    const world = await startWorld();

    @Controller()
    class MixedController {
      @Get('open')
      open(@CurrentUser() user?: EntraUser) {
        return { user: user ?? null };
      }

      @Get('closed')
      @UseGuards(JwtAuthGuard)
      closed(@CurrentUser('oid') oid: string) {
        return { oid };
      }
    }

    const app = await startApp(
      adapter,
      { ...world.options(), globalGuard: false },
      { controllers: [MixedController] },
    );
    expect((await app.get('/open')).body).toEqual({ user: null });
    expect((await app.get('/closed')).status).toBe(401);
    expect((await app.get('/closed', world.token())).body).toEqual({ oid: ADELE.oid });
  });

  it('knows the caller behind another global guard that waits', async () => {
    const world = await startWorld();

    @Injectable()
    class SlowGuard implements CanActivate {
      async canActivate() {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return true;
      }
    }

    @Module({ providers: [{ provide: APP_GUARD, useClass: SlowGuard }] })
    class SlowModule {}

    @Module({ imports: [SlowModule, AuthModule.forRoot(world.options())], controllers: [WhoController] })
    class RootModule {}

    const app = await startModule(adapter, RootModule);
    expect((await app.get('/who/token', world.token())).status).toBe(200);
  });

  it('refuses a request that a middleware took out of its own asynchronous context', async () => {
    const world = await startWorld();
    // What a pooled connection does: its callbacks run in the context it was made in, for all who wait.
    const shared = new AsyncResource('pool');

    @Module({ imports: [AuthModule.forRoot(world.options())], controllers: [WhoController] })
    class RootModule implements NestModule {
      configure(consumer: MiddlewareConsumer) {
        consumer
          .apply((_request: unknown, _response: unknown, next: () => void) => shared.runInAsyncScope(next))
          .forRoutes('who');
      }
    }

    const app = await startModule(adapter, RootModule);
    const { status, body } = await app.get('/who/token', world.token());
    // On Fastify the scope is opened after all middleware.
    if (adapter === 'fastify') expect(status).toBe(200);
    else expect({ status, code: body['code'] }).toEqual({ status: 500, code: 'no_user_assertion' });
    const service = app.nest.get(TokenAcquisitionService);
    await expect(
      shared.runInAsyncScope(() => service.getAccessTokenForUser('api://orders/Read')),
    ).rejects.toMatchObject({ code: 'no_user_assertion' });
  });

  it('takes a subclass of JwtStrategy whose validate() makes its own user', async () => {
    const world = await startWorld();

    @Injectable()
    class LoyalStrategy extends JwtStrategy {
      override async validate(request: unknown, claims: AccessTokenClaims) {
        const user = (await super.validate(request, claims)) as EntraUser;
        return { ...user, oid: `loyal ${user.oid}` };
      }
    }

    const app = await startApp(
      adapter,
      { ...world.options(), strategy: LoyalStrategy },
      { controllers: [WhoController] },
    );
    const token = world.token();
    expect((await app.get('/who', token)).body).toEqual({ oid: `loyal ${ADELE.oid}` });
    // The second time the token is known, and validate() runs all the same.
    expect((await app.get('/who', token)).body).toEqual({ oid: `loyal ${ADELE.oid}` });
    expect((await app.get('/who/token', token)).status).toBe(200);
  });

  it('a subclass of JwtStrategy takes its dependencies in its constructor, or as properties', async () => {
    const world = await startWorld();

    class Members {
      levelOf(oid: string) {
        return oid === ADELE.oid ? 'gold' : 'none';
      }
    }

    @Global()
    @Module({ providers: [Members], exports: [Members] })
    class MembersModule {}

    @Injectable()
    class MemberStrategy extends JwtStrategy {
      @Inject() private readonly known!: Members;

      // The name and the type of what the base class uses itself are free.
      constructor(
        private readonly members: Members,
        private readonly tokens: TokenAcquisitionService,
      ) {
        super();
      }

      override async validate(request: unknown, claims: AccessTokenClaims) {
        const user = (await super.validate(request, claims)) as EntraUser;
        const { source } = await this.tokens.getTokenForUser('api://orders/Read');
        return { oid: [this.members.levelOf(user.oid), this.known.levelOf('another'), source].join(' ') };
      }
    }

    const seen: string[] = [];
    const app = await startApp(
      adapter,
      {
        ...world.options({ scopes: 'api://orders/Read' }),
        onTokenValidated: ({ user }) => void seen.push(user.oid),
        strategy: MemberStrategy,
      },
      { controllers: [WhoController], imports: [MembersModule] },
    );
    const token = world.token();
    for (let time = 1; time <= 2; time++) {
      expect((await app.get('/who', token)).body).toEqual({ oid: 'gold none memory' });
      expect(seen).toHaveLength(time);
    }
    expect((await app.get('/who', world.token({ aud: 'api://another' }))).body).toMatchObject({
      code: 'token_audience',
    });
  });

  it('a validate() that gives no user refuses the request, first and second time', async () => {
    const world = await startWorld();

    @Injectable()
    class NobodyStrategy extends JwtStrategy {
      override async validate() {
        return null;
      }
    }

    const app = await startApp(
      adapter,
      { ...world.options(), strategy: NobodyStrategy },
      { controllers: [WhoController] },
    );
    const token = world.token();
    for (let time = 0; time < 2; time++) {
      expect(await app.get('/who', token)).toMatchObject({ status: 401, body: { code: 'token_rejected' } });
    }
  });

  it('two applications in one process do not affect each other', async () => {
    const [one, other] = [await startWorld(), await startWorld()];
    const first = await startApp(adapter, one.options(), { controllers: [WhoController] });
    const second = await startApp(adapter, other.options({ audience: 'api://somewhere-else' }), {
      controllers: [WhoController],
    });
    expect((await first.get('/who', one.token())).status).toBe(200);
    expect((await second.get('/who', one.token())).status).toBe(401);
    expect((await second.get('/who', other.token())).body['code']).toBe('token_audience');
    expect((await first.get('/who', one.token())).status).toBe(200);
    expect((await first.get('/who/token', one.token())).status).toBe(200);
    expect(other.exchanges()).toEqual([]);
  });

  it('wrong options stop the boot with every fault at once', async () => {
    const boot = startApp(
      adapter,
      {
        tenantId: 'common',
        clientId: 'my-api',
        instance: 'http://localhost',
        tennantId: 'x',
      } as EntraAuthOptions,
      { controllers: [] },
    );
    await expect(boot).rejects.toMatchObject({
      name: 'ConfigurationError',
      faults: [
        expect.stringContaining('tennantId is no option of nestjs-entra; did you mean tenantId?'),
        expect.stringContaining('instance is "http://localhost"'),
        expect.stringContaining('allowedTenants is missing'),
        expect.stringContaining('clientId is "my-api"'),
      ],
    });
  });

  it('boots without an identity platform to reach', async () => {
    const app = await startApp(
      adapter,
      {
        instance: 'https://localhost:9',
        tenantId: API.clientId,
        clientId: API.clientId,
        network: { timeoutMs: 1_000, retries: 0 },
      },
      { controllers: [WhoController] },
    );
    expect((await app.get('/who')).status).toBe(401);
  });
});
