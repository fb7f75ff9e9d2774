import assert from 'node:assert/strict';
import {
  ConsoleLogger,
  Controller,
  Get,
  Logger,
  Module,
  type ExecutionContext,
  type Type,
} from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import {
  AuthModule,
  CurrentUser,
  DownstreamScopes,
  JwtAuthGuard,
  Public,
  RequiredScopes,
  TokenAcquisitionService,
} from 'nestjs-entra';
import type { NestApplication, Scenario, Stage } from '../support/scenario.js';

@Public()
class PublicBase {
  @Get()
  inherited() {
    return 'inherited';
  }
}

@Controller('admin')
class AdminController extends PublicBase {}

@Controller('catalog')
class CatalogController {
  @Get()
  @Public({ optional: true })
  list(@CurrentUser('oid') oid?: string) {
    return oid === undefined ? 'nobody' : 'somebody';
  }

  @Get('scoped')
  @RequiredScopes('reports.read')
  @DownstreamScopes('api://orders/Read')
  scoped(@CurrentUser('oid') oid: string) {
    return oid;
  }
}

/** Replaces the method and does not look after its metadata. */
const Traced = (): MethodDecorator => (_target, _key, descriptor) => {
  descriptor.value = (() => 'open') as never;
};

@Controller()
class WrappedController {
  @Get()
  @Traced()
  @RequiredScopes('reports.read')
  wrapped() {
    return 'scoped';
  }
}

@Controller()
class OverriddenBase {
  @Get()
  @RequiredScopes('reports.read')
  all() {
    return 'scoped';
  }
}

@Controller()
class OverridingController extends OverriddenBase {
  @Get()
  override all() {
    return 'open';
  }
}

function root(stage: Stage, ...controllers: Type[]): Type {
  @Module({ imports: [AuthModule.forRoot(stage.options())], controllers })
  class RootModule {}
  return RootModule;
}

const reader = {
  canActivate(context: ExecutionContext) {
    context.switchToHttp().getRequest<{ user?: object }>().user = { oid: 'reader', scopes: ['reports.read'] };
    return true;
  },
};
const tokens = {
  getAccessTokenForUser: async () => 'a token',
  getAccessTokenForApp: async () => 'a token',
};

/** Starts an application in which a test has overridden something; gives the way to ask it. */
async function startOverridden(
  stage: Stage,
  override: (builder: TestingModuleBuilder) => TestingModuleBuilder,
): Promise<(path: string) => Promise<Response>> {
  restoreLogger(stage);
  const builder = Test.createTestingModule({ imports: [root(stage, CatalogController)] });
  const testing = await override(builder).compile();
  const app: NestApplication = testing.createNestApplication(stage.httpAdapter(), { logger: false });
  stage.onEnd(() => app.close());
  await app.listen(0, '127.0.0.1');
  const url = (await app.getUrl()).replace('localhost', '127.0.0.1');
  return (path) => fetch(`${url}${path}`, { signal: AbortSignal.timeout(10_000) });
}

/** A testing module replaces the logger of the whole process, and other scenarios read what is logged. */
function restoreLogger(stage: Stage): void {
  stage.onEnd(() => Logger.overrideLogger(new ConsoleLogger()));
}

export const SCENARIOS: readonly Scenario[] = [
  {
    title: 'the subclass of a public class is closed, and an optional route validates the token that it gets',
    run: async (stage) => {
      const app = await stage.start(root(stage, AdminController, CatalogController));
      assert.equal((await app.get('/admin')).status, 401);
      assert.equal((await app.get('/admin', stage.token())).status, 200);
      assert.equal((await app.get('/catalog')).text, 'nobody');
      assert.equal((await app.get('/catalog', stage.token())).text, 'somebody');
      assert.equal((await app.get('/catalog', stage.token({ aud: 'api://another' }))).status, 401);
    },
  },
  {
    title: 'a requirement that another decorator dropped, or an override, stops the boot',
    run: async (stage) => {
      const wrapped = await stage.stoppedBy(root(stage, WrappedController));
      assert.match(
        wrapped.message,
        /WrappedController\.wrapped has @RequiredScopes\(reports\.read\) without effect/,
      );
      const overridden = await stage.stoppedBy(root(stage, OverridingController));
      assert.match(overridden.message, /OverridingController\.all overrides OverriddenBase\.all without its/);
    },
  },
  {
    title: 'the user of a guard that a test puts in the place of JwtAuthGuard is the caller',
    run: async (stage) => {
      const overrides: readonly ((builder: TestingModuleBuilder) => TestingModuleBuilder)[] = [
        (builder) => builder.overrideGuard(JwtAuthGuard).useValue(reader),
        (builder) => builder.overrideGuard(JwtAuthGuard).useFactory({ factory: () => reader }),
        (builder) => builder.overrideProvider(JwtAuthGuard).useValue(reader),
      ];
      for (const override of overrides) {
        const get = await startOverridden(stage, (builder) =>
          override(builder.overrideProvider(TokenAcquisitionService).useValue(tokens)),
        );
        const answer = await get('/catalog/scoped');
        assert.deepEqual([answer.status, await answer.text()], [200, 'reader']);
      }
      const real = await startOverridden(stage, (builder) => builder);
      assert.equal((await real('/catalog/scoped')).status, 401);
    },
  },
  {
    title:
      'a controller with requirements is instantiated without AuthModule, and does not start as an application',
    run: async (stage) => {
      restoreLogger(stage);
      const testing = await Test.createTestingModule({ controllers: [CatalogController] }).compile();
      assert.equal(testing.get(CatalogController).scoped('me'), 'me');
      const app = testing.createNestApplication(stage.httpAdapter(), { logger: false });
      stage.onEnd(() => app.close());
      await assert.rejects(app.init(), /has no (AuthModule|TokenAcquisitionService)/);
    },
  },
];
