import { Controller, Get, Module, type Type } from '@nestjs/common';
import { DownstreamScopes, DownstreamToken } from 'nestjs-entra';
import { afterEach, expect, it, vi } from 'vitest';
import { writeFiles } from '../support/certificates.js';
import { startModule } from '../support/nest-app.js';
import { API, startWorld, type World } from '../support/world.js';

@Controller('length')
class LengthController {
  @Get()
  @DownstreamScopes('api://orders/Read')
  length(@DownstreamToken() token: string) {
    return { hasToken: token.length > 100 };
  }
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

/** A request to an application of the documentation gets a token for a downstream API. */
async function expectToken(world: World, appModule: Type): Promise<void> {
  const usual = globalThis.fetch;
  vi.stubGlobal('fetch', ((input, init) =>
    String(input instanceof Request ? input.url : input).startsWith(world.emulator.url)
      ? world.emulator.fetch(input, init)
      : usual(input, init)) satisfies typeof fetch);

  @Module({ imports: [appModule], controllers: [LengthController] })
  class RootModule {}

  const app = await startModule('express', RootModule);
  expect((await app.get('/length', world.token())).body).toEqual({ hasToken: true });
}

it('an application is configured by its environment alone, which @nestjs/config checks', async () => {
  const world = await startWorld();
  vi.stubEnv('AZURE_AUTHORITY_HOST', world.emulator.url);
  vi.stubEnv('AZURE_TENANT_ID', world.emulator.tenantId);
  vi.stubEnv('AZURE_CLIENT_ID', API.clientId);
  vi.stubEnv('AZURE_CLIENT_SECRET', API.secret);
  await expectToken(world, (await import('./examples/environment.module.js')).AppModule);
});

it('an application takes appsettings.json of .NET and variables over it from @nestjs/config', async () => {
  const world = await startWorld();
  const { file } = writeFiles({
    file: JSON.stringify({
      AzureAd: { Instance: world.emulator.url, TenantId: world.emulator.tenantId, ClientId: API.clientId },
    }),
  });
  vi.stubEnv('APPSETTINGS', file);
  vi.stubEnv('AzureAd__ClientSecret', API.secret);
  await expectToken(world, (await import('./examples/appsettings.module.js')).AppModule);
});

it('@nestjs/config says what is wrong with the environment', async () => {
  vi.resetModules(); // ConfigModule reads the environment when the file is imported.
  vi.stubEnv('AZURE_TENANT_ID', undefined);
  vi.stubEnv('AZURE_CLIENT_ID', 'my-api');
  const { AppModule } = await import('./examples/environment.module.js');
  await expect(startModule('express', AppModule)).rejects.toThrow(
    'Config validation error: AZURE_TENANT_ID is not set in the environment; set it to the tenant of the API, a GUID or verified domain, or pass options to AuthModule.forRoot().',
  );
});
