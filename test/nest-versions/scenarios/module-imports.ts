import assert from 'node:assert/strict';
import { Controller, Get, Module, type Type } from '@nestjs/common';
import { AuthModule, ConfigurationError, type EntraAuthModuleExtras } from 'nestjs-entra';
import type { Scenario, Stage } from '../support/scenario.js';

@Controller()
class MeController {
  @Get('me')
  me() {
    return 'me';
  }
}

/** An application whose feature module imports `AuthModule` as well, for another app registration. */
function root(stage: Stage, ofFeature: EntraAuthModuleExtras): Type {
  const clientId = '5a0a1a8c-3d0e-4f61-9a51-0000000000ff';
  const second = AuthModule.forRootAsync({
    useFactory: () => stage.options({ clientId }),
    isGlobal: false,
    ...ofFeature,
  });

  @Module({ imports: [second] })
  class FeatureModule {}

  @Module({ imports: [AuthModule.forRoot(stage.options()), FeatureModule], controllers: [MeController] })
  class RootModule {}
  return RootModule;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    title: 'two imports of AuthModule with the global guard stop the boot with a sentence',
    run: async (stage) => {
      const error = await stage.stoppedBy(root(stage, {}));
      assert.ok(error instanceof ConfigurationError, String(error));
      assert.match(error.message, /AuthModule is imported 2 times with the global guard/);
    },
  },
  {
    title: 'a second import of AuthModule without the global guard leaves the first one in force',
    run: async (stage) => {
      const app = await stage.start(root(stage, { globalGuard: false }));
      assert.equal((await app.get('/me')).status, 401);
      assert.equal((await app.get('/me', stage.token())).status, 200);
    },
  },
  {
    title: 'one dynamic module that two modules import is one import',
    run: async (stage) => {
      const auth = AuthModule.forRoot(stage.options());

      @Module({ imports: [auth] })
      class FeatureModule {}

      @Module({ imports: [auth, FeatureModule], controllers: [MeController] })
      class RootModule {}

      const app = await stage.start(RootModule);
      assert.equal((await app.get('/me')).status, 401);
      assert.equal((await app.get('/me', stage.token())).status, 200);
    },
  },
];
