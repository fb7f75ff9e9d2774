import { inspect } from 'node:util';
import { Controller, Get } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { AuthModule } from 'nestjs-entra';
import { expect, it } from 'vitest';
import { startApp } from '../support/nest-app.js';
import { API, startWorld } from '../support/world.js';

@Controller()
class MeController {
  @Get('me')
  me() {
    return 'me';
  }
}

const print = (value: unknown) => inspect(value, { depth: 6, maxArrayLength: null });
/** These reach the container of the whole application. */
const REACH_EVERYTHING = ['ModuleRef', 'BootReport', 'GlobalGuardCheck', 'GlobalCacheCheck'];

it('no provider of the module prints a secret or a token', async () => {
  const world = await startWorld();
  const token = world.token();
  const app = await startApp('express', world.options(), { controllers: [MeController] });
  await app.get('/me', token);
  const modules = [...app.nest.get(ModulesContainer).values()].filter(
    ({ metatype }) => metatype === AuthModule,
  );
  const leaks = modules
    .flatMap(({ providers }) => [...providers.values()])
    .filter(({ name }) => !REACH_EVERYTHING.includes(String(name)))
    .filter(({ instance }) => [API.secret, token].some((secret) => print(instance).includes(secret)))
    .map(({ name }) => String(name));
  expect(leaks).toEqual([]);
});

it('the imported module and the options it holds do not print a secret', async () => {
  const clientCredentials = [{ sourceType: 'ClientSecret', clientSecret: 'canary-secret' }] as const;
  const options = { tenantId: API.clientId, clientId: API.clientId, clientCredentials };
  expect(print(AuthModule.forRoot(options))).not.toContain('canary');
  const { providers = [] } = AuthModule.forRootAsync({ useFactory: () => options });
  const factories = providers.flatMap((provider) => ('useFactory' in provider ? [provider.useFactory] : []));
  expect(factories).toHaveLength(1);
  for (const make of factories) expect(print(await make())).not.toContain('canary');
});
