import assert from 'node:assert/strict';
import { Controller, Get, Global, Inject, Injectable, Module, Scope, type Type } from '@nestjs/common';
import { APP_GUARD, NestFactory, REQUEST } from '@nestjs/core';
import {
  AuthModule,
  ConfigurationError,
  JwtAuthGuard,
  JwtStrategy,
  type EntraAuthModuleExtras,
  type EntraAuthOptions,
} from 'nestjs-entra';
import type { Scenario, Stage } from '../support/scenario.js';

@Controller()
class MeController {
  @Get('me')
  me() {
    return 'me';
  }
}

@Injectable({ scope: Scope.REQUEST })
class Tenants {}

@Injectable()
class Members {
  constructor(readonly tenants: Tenants) {}
}

@Injectable()
class Visits {
  constructor(@Inject(REQUEST) readonly request: unknown) {}
}

@Injectable({ scope: Scope.TRANSIENT })
class Clock {}

@Injectable({ scope: Scope.TRANSIENT })
class ClockOfRequest {
  constructor(readonly tenants: Tenants) {}
}

@Injectable()
class StrategyOfMembers extends JwtStrategy {
  constructor(readonly members: Members) {
    super();
  }
}

@Injectable()
class StrategyOfVisits extends JwtStrategy {
  @Inject(Visits) readonly visits!: Visits;
}

@Injectable()
class StrategyOfClock extends JwtStrategy {
  constructor(readonly clock: Clock) {
    super();
  }
}

@Injectable()
class StrategyOfClockOfRequest extends JwtStrategy {
  constructor(readonly clock: ClockOfRequest) {
    super();
  }
}

@Injectable({ scope: Scope.REQUEST })
class StrategyPerRequest extends JwtStrategy {}

@Injectable()
class StrategyOfFactory extends JwtStrategy {
  constructor(@Inject('DIRECTORY') readonly directory: unknown) {
    super();
  }
}

@Injectable()
class OptionsPerRequest {
  constructor(readonly tenants: Tenants) {}

  createEntraAuthOptions(): EntraAuthOptions {
    return { tenantId: '', clientId: '' };
  }
}

@Injectable()
class GuardOfMembers extends JwtAuthGuard {
  @Inject(Members) readonly members!: Members;
}

@Global()
@Module({
  providers: [
    Tenants,
    Members,
    Visits,
    Clock,
    ClockOfRequest,
    OptionsPerRequest,
    { provide: 'DIRECTORY', useFactory: () => ({}), inject: [{ token: Members, optional: true }] },
  ],
  exports: [Tenants, Members, Visits, Clock, ClockOfRequest, OptionsPerRequest, 'DIRECTORY'],
})
class DataModule {}

function root(imported: ReturnType<typeof AuthModule.forRoot>, providers: unknown[] = []): Type {
  @Module({ imports: [DataModule, imported], controllers: [MeController], providers: providers as Type[] })
  class RootModule {}
  return RootModule;
}

const withStrategy = (stage: Stage, strategy: Type<JwtStrategy>, extras: EntraAuthModuleExtras = {}): Type =>
  root(AuthModule.forRoot({ ...stage.options(), strategy, ...extras }));

async function assertStops(stage: Stage, module: Type, ...parts: string[]): Promise<void> {
  const error = await stage.stoppedBy(module);
  assert.ok(error instanceof ConfigurationError, String(error));
  assert.equal(error.faults.length, 1, error.message);
  for (const part of parts) assert.ok(error.message.includes(part), error.message);
}

const strategyScenario = (what: string, strategy: Type<JwtStrategy>, ...parts: string[]): Scenario => ({
  title: `a strategy with ${what} stops the boot with its name and that of the provider`,
  run: (stage) => assertStops(stage, withStrategy(stage, strategy), strategy.name, ...parts),
});

export const SCENARIOS: readonly Scenario[] = [
  strategyScenario('a request scope of its own', StrategyPerRequest, 'request-scoped'),
  strategyScenario('a request-scoped provider two levels below it', StrategyOfMembers, 'Members → Tenants'),
  strategyScenario('REQUEST below a property', StrategyOfVisits, 'StrategyOfVisits → Visits → REQUEST'),
  strategyScenario(
    'a transient provider that needs a request-scoped one',
    StrategyOfClockOfRequest,
    'Tenants',
  ),
  strategyScenario(
    'a factory that needs a request-scoped provider',
    StrategyOfFactory,
    'DIRECTORY → Members',
  ),
  {
    title: 'a request-scoped strategy stops the boot when globalGuard is false as well',
    run: (stage) =>
      assertStops(stage, withStrategy(stage, StrategyOfMembers, { globalGuard: false }), 'StrategyOfMembers'),
  },
  {
    title: 'a strategy with a transient provider protects the routes',
    run: async (stage) => {
      const app = await stage.start(withStrategy(stage, StrategyOfClock));
      assert.equal((await app.get('/me')).status, 401);
      assert.equal((await app.get('/me', stage.token())).status, 200);
    },
  },
  {
    title: 'a factory of options that injects a request-scoped provider stops the boot with a sentence',
    run: (stage) =>
      assertStops(
        stage,
        root(AuthModule.forRootAsync({ inject: [Members], useFactory: () => stage.options() })),
        'options',
        'Members → Tenants',
      ),
  },
  {
    title: 'a class of options that injects a request-scoped provider stops the boot with a sentence',
    run: async (stage) => {
      await assertStops(stage, root(AuthModule.forRootAsync({ useClass: OptionsPerRequest })), 'Tenants');
      await assertStops(stage, root(AuthModule.forRootAsync({ useExisting: OptionsPerRequest })), 'Tenants');
    },
  },
  {
    title: 'a global guard of the application that injects a request-scoped provider stops the boot',
    run: (stage) =>
      assertStops(
        stage,
        root(AuthModule.forRoot({ ...stage.options(), globalGuard: false }), [
          { provide: APP_GUARD, useClass: GuardOfMembers },
        ]),
        'GuardOfMembers',
        'Members → Tenants',
      ),
  },
  {
    title: 'an application without routes starts with the global guard',
    run: async (stage) => {
      const context = await NestFactory.createApplicationContext(root(AuthModule.forRoot(stage.options())), {
        logger: false,
        abortOnError: false,
      });
      await context.close();
    },
  },
];
