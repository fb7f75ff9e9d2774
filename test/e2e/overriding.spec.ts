import {
  Controller,
  Get,
  Injectable,
  Module,
  UseGuards,
  type ExecutionContext,
  type Type,
} from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ExpressAdapter } from '@nestjs/platform-express';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import {
  AuthModule,
  CurrentUser,
  DownstreamScopes,
  DownstreamToken,
  JwtAuthGuard,
  Public,
  RequiredAppRoles,
  RequiredScopes,
  ScopesGuard,
  TokenAcquisitionService,
  type EntraAuthModuleExtras,
  type EntraUser,
} from 'nestjs-entra';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ADAPTERS, type Adapter } from '../support/nest-app.js';
import { ADELE, startWorld, type World } from '../support/world.js';

@Controller('me')
class MeController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get()
  me(@CurrentUser('oid') oid: string) {
    return { oid };
  }

  @Get('reports')
  @RequiredScopes('reports.read')
  reports(@CurrentUser() user: EntraUser) {
    return { oid: user.oid };
  }

  @Get('role')
  @RequiredAppRoles('Admin')
  role() {
    return {};
  }

  @Get('open')
  @Public()
  open() {
    return {};
  }

  @Get('orders')
  @DownstreamScopes('api://orders/Read')
  async orders(@DownstreamToken() parameter: string) {
    return { parameter, asked: await this.tokens.getAccessTokenForUser('api://orders/Read') };
  }
}

@Controller('guarded')
class GuardedController {
  @Get()
  @UseGuards(JwtAuthGuard)
  @RequiredScopes('reports.read')
  guarded(@CurrentUser('oid') oid: string) {
    return { oid };
  }
}

const rootOf = (world: World, extras: EntraAuthModuleExtras = {}, options = {}): Type => {
  @Module({
    imports: [AuthModule.forRoot({ ...world.options(options), ...extras })],
    controllers: [MeController, GuardedController],
  })
  class RootModule {}
  return RootModule;
};

/** A guard of a test: every request is from this user. */
const letIn = (user: Partial<EntraUser> | undefined, isLetIn = true) => ({
  canActivate(context: ExecutionContext) {
    const request = context.switchToHttp().getRequest<{ user?: unknown }>();
    if (user !== undefined) request.user = user;
    return isLetIn;
  },
});

const READER = { oid: ADELE.oid, scopes: ['reports.read'] };
const TOKENS = {
  getAccessTokenForUser: async (scopes: string | readonly string[]) => `token-for-${String(scopes)}`,
  getAccessTokenForApp: async () => 'token-for-app',
};

async function start(
  adapter: Adapter,
  root: Type,
  override: (builder: TestingModuleBuilder) => TestingModuleBuilder,
  prepare?: (request: object) => void,
) {
  const testing = await override(Test.createTestingModule({ imports: [root] })).compile();
  const http = adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter();
  const app = testing.createNestApplication<NestFastifyApplication>(http as FastifyAdapter, {
    logger: false,
  });
  if (prepare) app.use((request: object, _response: object, next: () => void) => (prepare(request), next()));
  await app.listen(0, '127.0.0.1');
  onTestFinished(() => app.close());
  const url = (await app.getUrl()).replace('localhost', '127.0.0.1');
  return async (path: string, token?: string) => {
    const headers = token === undefined ? undefined : { authorization: `Bearer ${token}` };
    const response = await fetch(`${url}${path}`, { headers, signal: AbortSignal.timeout(20_000) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
}

type Override = (builder: TestingModuleBuilder, guard: object) => TestingModuleBuilder;
const OVERRIDES: readonly (readonly [string, Override])[] = [
  ['overrideGuard()', (builder, guard) => builder.overrideGuard(JwtAuthGuard).useValue(guard)],
  ['overrideProvider()', (builder, guard) => builder.overrideProvider(JwtAuthGuard).useValue(guard)],
  [
    'overrideGuard() with a factory',
    (builder, guard) => builder.overrideGuard(JwtAuthGuard).useFactory({ factory: () => guard }),
  ],
];

describe.each(ADAPTERS)('An application under test on %s', (adapter) => {
  it.each(OVERRIDES)(
    'takes the user of the guard that replaces JwtAuthGuard with %s',
    async (how, override) => {
      const world = await startWorld();
      const get = await start(adapter, rootOf(world), (builder) => override(builder, letIn(READER)));
      expect(await get('/me')).toEqual({ status: 200, body: { oid: ADELE.oid } });
      expect(await get('/me/reports')).toEqual({ status: 200, body: { oid: ADELE.oid } });
      expect(await get('/me/role')).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
      // As everywhere in Nest, overrideProvider() leaves the guards of @UseGuards() as they are.
      expect((await get('/guarded')).status).toBe(how === 'overrideProvider()' ? 401 : 200);
      // No access token was validated, so none is exchanged.
      expect(await get('/me/orders')).toMatchObject({ status: 500, body: { code: 'no_user_assertion' } });
      expect(world.exchanges()).toEqual([]);
    },
  );

  it('replaces the global guard where no controller has @UseGuards(JwtAuthGuard)', async () => {
    const world = await startWorld();
    @Module({ imports: [AuthModule.forRoot(world.options())], controllers: [MeController] })
    class RootModule {}
    const get = await start(adapter, RootModule, (builder) =>
      builder.overrideGuard(JwtAuthGuard).useValue(letIn(READER)),
    );
    expect(await get('/me')).toEqual({ status: 200, body: { oid: ADELE.oid } });
    expect(await get('/me/reports')).toEqual({ status: 200, body: { oid: ADELE.oid } });
  });

  it('rejects what the guard of the test rejects, and requirements where it sets no user', async () => {
    const world = await startWorld();
    const rejecting = await start(adapter, rootOf(world), (builder) =>
      builder.overrideGuard(JwtAuthGuard).useValue(letIn(READER, false)),
    );
    for (const path of ['/me', '/me/reports']) expect((await rejecting(path)).status).toBe(403);
    const silent = await start(adapter, rootOf(world), (builder) =>
      builder.overrideGuard(JwtAuthGuard).useValue(letIn(undefined)),
    );
    expect((await silent('/me')).status).toBe(200);
    expect((await silent('/me/reports')).status).toBe(401);
  });

  it('takes the user of the guard on a route when the guard is not global', async () => {
    const world = await startWorld();
    const get = await start(adapter, rootOf(world, { globalGuard: false }), (builder) =>
      builder.overrideGuard(JwtAuthGuard).useValue(letIn(READER)),
    );
    expect(await get('/guarded')).toEqual({ status: 200, body: { oid: ADELE.oid } });
  });

  it('authenticates as before with a subclass of the guard in its place', async () => {
    @Injectable()
    class AuditedGuard extends JwtAuthGuard {}
    const world = await startWorld();
    const get = await start(adapter, rootOf(world), (builder) =>
      builder.overrideGuard(JwtAuthGuard).useClass(AuditedGuard),
    );
    expect((await get('/me')).status).toBe(401);
    expect(await get('/me', world.token())).toEqual({ status: 200, body: { oid: ADELE.oid } });
    expect((await get('/me/reports', world.token())).status).toBe(403);
  });

  it.each<[what: string, extras: EntraAuthModuleExtras, override: Override]>([
    ['as in production', {}, (builder) => builder],
    ['without the global guard', { globalGuard: false }, (builder) => builder],
    [
      'where the guard of the test sets none',
      {},
      (builder) => builder.overrideGuard(JwtAuthGuard).useValue(letIn(undefined)),
    ],
  ])(
    'never takes a user that a session or middleware left in request.user: %s',
    async (_what, extras, override) => {
      const world = await startWorld();
      const get = await start(
        adapter,
        rootOf(world, extras),
        (builder) => override(builder, {}),
        (request) => Object.assign(request, { user: { ...READER, roles: ['Admin'] } }),
      );
      for (const path of ['/me/reports', '/me/role', '/guarded']) expect((await get(path)).status).toBe(401);
    },
  );

  it('serves the tokens of a service with two methods next to @DownstreamScopes() and the option scopes', async () => {
    const world = await startWorld();
    const root = rootOf(world, {}, { scopes: ['api://files/Read'] });
    const get = await start(adapter, root, (builder) =>
      builder.overrideProvider(TokenAcquisitionService).useValue(TOKENS),
    );
    expect(await get('/me/orders', world.token())).toEqual({
      status: 200,
      body: { parameter: 'token-for-api://orders/Read', asked: 'token-for-api://orders/Read' },
    });
    expect((await get('/me/orders')).status).toBe(401);
    expect(world.exchanges()).toEqual([]);
  });
});

describe('a controller under test without AuthModule', () => {
  const metadata = {
    controllers: [MeController],
    providers: [{ provide: TokenAcquisitionService, useValue: TOKENS }],
  };

  it('is instantiated with requirements, and its methods called', async () => {
    const testing = await Test.createTestingModule(metadata).compile();
    const controller = testing.get(MeController);
    expect(controller.me('7')).toEqual({ oid: '7' });
    expect(await controller.orders('given')).toEqual({
      parameter: 'given',
      asked: 'token-for-api://orders/Read',
    });
  });

  it('does not start as an application, whose routes would be open or useless', async () => {
    const app = (await Test.createTestingModule(metadata).compile()).createNestApplication({ logger: false });
    onTestFinished(() => app.close());
    await expect(app.init()).rejects.toThrow('A controller has @RequiredScopes() or its like');
  });

  it('starts as an application when the guard of the requirements is replaced as well', async () => {
    const builder = Test.createTestingModule(metadata).overrideGuard(ScopesGuard).useValue(letIn(READER));
    const app = (await builder.compile()).createNestApplication({ logger: false });
    onTestFinished(() => app.close());
    await expect(app.init()).resolves.toBeDefined();
  });
});
