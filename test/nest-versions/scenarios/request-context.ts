import assert from 'node:assert/strict';
import { Controller, Get, Header, Module, UseGuards, type ExecutionContext, type Type } from '@nestjs/common';
import { AuthModule, CurrentUser, EntraAuthError, Public, TokenAcquisitionService } from 'nestjs-entra';
import type { Scenario, Stage } from '../support/scenario.js';

/** As a second strategy does: it puts somebody else into `request.user`. */
class OtherStrategyGuard {
  canActivate(context: ExecutionContext): boolean {
    context.switchToHttp().getRequest<{ user?: unknown }>().user = { oid: 'FORGED' };
    return true;
  }
}

let late: Promise<string> | undefined;

@Controller()
class ContextController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get('late')
  late() {
    const attempt = async () => {
      // Until the response has certainly been sent.
      await new Promise((resolve) => setTimeout(resolve, 200));
      return this.tokens.getAccessTokenForUser('api://orders/Read');
    };
    late = attempt().then(
      () => 'a token',
      (error: unknown) => (error instanceof EntraAuthError ? error.code : String(error)),
    );
    return {};
  }

  @Get('mine')
  @UseGuards(OtherStrategyGuard)
  mine(@CurrentUser('oid') oid: string) {
    return { oid };
  }

  @Get('open')
  @Public()
  @UseGuards(OtherStrategyGuard)
  open(@CurrentUser('oid') oid: string | undefined) {
    return { oid: oid ?? 'none' };
  }

  @Get('cached')
  @Header('Cache-Control', 'max-age=60')
  cached() {
    return {};
  }
}

function root(stage: Stage): Type {
  @Module({ imports: [AuthModule.forRoot(stage.options())], controllers: [ContextController] })
  class RootModule {}
  return RootModule;
}

const OID = '5a0a1a8c-3d0e-4f61-9a51-00000000000a';

export const SCENARIOS: readonly Scenario[] = [
  {
    title: 'the request context has no caller once the response has been sent',
    run: async (stage) => {
      const app = await stage.start(root(stage));
      assert.equal((await app.get('/late', stage.token())).status, 200);
      assert.equal(await late, 'no_user_assertion');
    },
  },
  {
    title: 'the current user is the validated caller, whatever another strategy leaves in the request',
    run: async (stage) => {
      const app = await stage.start(root(stage));
      const token = stage.token({ oid: OID });
      assert.deepEqual(JSON.parse((await app.get('/mine', token)).text), { oid: OID });
      assert.deepEqual(JSON.parse((await app.get('/open', token)).text), { oid: 'none' });
    },
  },
  {
    title: 'responses to callers stay out of shared caches, and rejections are not stored',
    run: async (stage) => {
      const app = await stage.start(root(stage));
      const { headers } = await app.get('/mine', stage.token());
      assert.equal(headers.get('cache-control'), 'private, no-cache');
      assert.equal(headers.get('vary'), 'Authorization');
      const cached = await app.get('/cached', stage.token());
      assert.equal(cached.headers.get('cache-control'), 'max-age=60');
      assert.equal((await app.get('/mine')).headers.get('cache-control'), 'no-store');
      assert.equal((await app.get('/open')).headers.get('cache-control'), null);
    },
  },
];
