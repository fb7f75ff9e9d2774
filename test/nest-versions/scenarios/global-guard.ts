import assert from 'node:assert/strict';
import { Controller, Get, Module, type Type } from '@nestjs/common';
import { AuthModule, Public } from 'nestjs-entra';
import type { Scenario, Stage } from '../support/scenario.js';

@Controller()
class MeController {
  @Get('me')
  me() {
    return 'me';
  }

  @Public()
  @Get('health')
  health() {
    return 'up';
  }
}

function root(stage: Stage, globalGuard = true): Type {
  @Module({
    imports: [AuthModule.forRoot({ ...stage.options(), globalGuard })],
    controllers: [MeController],
  })
  class RootModule {}
  return RootModule;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    title: 'a route without decorators returns 401 without a token and 200 with one',
    run: async (stage) => {
      const app = await stage.start(root(stage));
      assert.equal((await app.get('/me')).status, 401);
      assert.equal((await app.get('/me', stage.token())).status, 200);
      assert.equal((await app.get('/health')).status, 200);
    },
  },
  {
    title: 'a route without decorators returns 200 without a token when globalGuard is false',
    run: async (stage) => {
      const app = await stage.start(root(stage, false));
      assert.equal((await app.get('/me')).status, 200);
    },
  },
];
