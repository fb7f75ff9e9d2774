import { Controller, Get, Injectable, Module, UseGuards } from '@nestjs/common';
import {
  AuthModule,
  CurrentUser,
  DownstreamApis,
  DownstreamScopes,
  fromAzureAdSection,
  fromEnvironment,
  JwtAuthGuard,
  Public,
  RequiredAppRoles,
  RequiredScopes,
  TokenAcquisitionService,
} from 'nestjs-entra';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { makeCertificate, writeFiles } from '../support/certificates.js';
import { ADAPTERS, startApp, startModule } from '../support/nest-app.js';
import { ADELE, API, startWorld, type World } from '../support/world.js';

@Controller()
class TokenController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get('token')
  async token() {
    return { scopes: (await this.tokens.getTokenForUser('api://orders/Read')).scopes };
  }
}

const SCOPES = { scopes: ['api://orders/Read', 'api://orders/Write'] };

/** What of the environment the library reads, set for one test. */
function setEnvironment(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}

/** Lets the library reach the identity platform where no fetch can be configured. */
function trustPlatform({ emulator }: World): void {
  const usual = globalThis.fetch;
  vi.stubGlobal('fetch', ((input, init) =>
    String(input instanceof Request ? input.url : input).startsWith(emulator.url)
      ? emulator.fetch(input, init)
      : usual(input, init)) satisfies typeof fetch);
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe.each(ADAPTERS)('Configuration on %s', (adapter) => {
  it('forRoot() reads the environment when the application starts, and not before', async () => {
    const world = await startWorld();
    trustPlatform(world);

    @Module({ imports: [AuthModule.forRoot()], controllers: [TokenController] })
    class RootModule {}

    setEnvironment({
      AZURE_AUTHORITY_HOST: world.emulator.url,
      AZURE_TENANT_ID: world.emulator.tenantId,
      AZURE_CLIENT_ID: API.clientId,
      AZURE_CLIENT_SECRET: API.secret,
    });
    const app = await startModule(adapter, RootModule);
    expect((await app.get('/token')).status).toBe(401);
    expect((await app.get('/token', world.token())).body).toEqual(SCOPES);
  });

  it('fromEnvironment() can be added to, and a certificate from it exchanges a token', async () => {
    const { certificate, privateKey } = await makeCertificate();
    const world = await startWorld({ certificate });
    const { both } = writeFiles({ both: certificate + privateKey });
    const { network } = world.options();
    const options = fromEnvironment({
      AZURE_AUTHORITY_HOST: world.emulator.url,
      AZURE_TENANT_ID: world.emulator.tenantId,
      AZURE_CLIENT_ID: API.clientId,
      AZURE_CLIENT_CERTIFICATE_PATH: both,
    });
    const app = await startApp(adapter, { ...options, network }, { controllers: [TokenController] });
    expect((await app.get('/token', world.token())).body).toEqual(SCOPES);
  });

  it('fromAzureAdSection() turns appsettings.json of .NET and variables over it into options', async () => {
    const world = await startWorld();
    const { network } = world.options();
    const appsettings = {
      AzureAd: {
        Instance: world.emulator.url,
        TenantId: world.emulator.tenantId,
        ClientId: API.clientId,
        ClientCredentials: [{ SourceType: 'ClientSecret', ClientSecret: 'in Key Vault' }],
        CallbackPath: '/signin-oidc',
      },
      DownstreamApis: { Orders: { BaseUrl: 'https://orders.example', Scopes: ['api://orders/Read'] } },
    };
    const environment = { AZUREAD__CLIENTCREDENTIALS__0__CLIENTSECRET: API.secret };

    @Controller()
    class OrdersController {
      constructor(private readonly tokens: TokenAcquisitionService) {}

      @Get('token')
      @DownstreamApis('Orders')
      async token() {
        return { source: (await this.tokens.getTokenForUser('api://orders/Read')).source };
      }
    }

    const app = await startApp(
      adapter,
      { ...fromAzureAdSection({ ...appsettings, ...environment }), network },
      { controllers: [OrdersController] },
    );
    expect((await app.get('/token', world.token())).body).toEqual({ source: 'memory' });
  });

  it('@RequiredScopes() knows the caller above and below @UseGuards(JwtAuthGuard), and without it', async () => {
    const world = await startWorld();

    @Controller()
    class OrderController {
      @Get('below')
      @UseGuards(JwtAuthGuard)
      @RequiredScopes('reports.read')
      below(@CurrentUser('oid') oid: string) {
        return { oid };
      }

      @Get('above')
      @RequiredScopes('reports.read')
      @UseGuards(JwtAuthGuard)
      above(@CurrentUser('oid') oid: string) {
        return { oid };
      }

      @Get('without')
      @RequiredScopes('reports.read')
      without(@CurrentUser('oid') oid: string) {
        return { oid };
      }
    }

    @Controller('class')
    @RequiredScopes('reports.read')
    class ClassController {
      @Get()
      @UseGuards(JwtAuthGuard)
      handler(@CurrentUser('oid') oid: string) {
        return { oid };
      }
    }

    let validated = 0;
    const app = await startApp(
      adapter,
      { ...world.options({ onTokenValidated: () => void validated++ }), globalGuard: false },
      { controllers: [OrderController, ClassController] },
    );
    const fitting = world.token({ scp: 'reports.read' });
    for (const path of ['/below', '/above', '/without', '/class']) {
      // Twice: the first time the token is new, then it is known.
      for (let time = 0; time < 2; time++) {
        validated = 0;
        expect([path, (await app.get(path, fitting)).body]).toEqual([path, { oid: ADELE.oid }]);
        expect([path, validated]).toEqual([path, 1]);
      }
      expect(await app.get(path)).toMatchObject({ status: 401, body: { code: 'token_missing' } });
      expect(await app.get(path, world.token({ scp: 'other' }))).toMatchObject({
        status: 403,
        body: { code: 'insufficient_scope' },
      });
      expect((await app.get(path, `${fitting.slice(0, -8)}AAAAAAAA`)).status).toBe(401);
    }
  });

  it('what validate() refuses, no second guard lets in', async () => {
    const world = await startWorld();

    @Controller()
    class RefusedController {
      @Get()
      @UseGuards(JwtAuthGuard)
      @RequiredScopes('access_as_user')
      refused() {
        return {};
      }
    }

    const refuse = () => Promise.reject(new Error('no member'));
    const app = await startApp(adapter, world.options({ onTokenValidated: refuse }), {
      controllers: [RefusedController],
    });
    const token = world.token();
    for (let time = 0; time < 2; time++) {
      expect(await app.get('/', token)).toMatchObject({ status: 401, body: { code: 'token_rejected' } });
    }
  });

  it('says at boot in one line what is in force, and at debug level the scopes of all routes', async () => {
    const { certificate, privateKey } = await makeCertificate({ days: 90 });
    const world = await startWorld({ certificate });
    const until = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);

    @Controller()
    @RequiredScopes('access_as_user')
    class ReportsController {
      @Get('reports')
      @RequiredAppRoles('Reports.Read.All', 'Reports.Admin')
      @DownstreamScopes('User.Read', 'Mail.Read')
      @DownstreamApis('orders', { prefetch: 'background' })
      reports() {
        return {};
      }

      @Get('all')
      @RequiredScopes.all('a', 'b')
      all() {
        return {};
      }
    }

    @Controller()
    class OpenController {
      @Get('open')
      @Public()
      open() {
        return {};
      }
    }

    const app = await startApp(
      adapter,
      world.options({
        clientCredentials: [
          { sourceType: 'Certificate', certificate, privateKey },
          { sourceType: 'ClientSecret', clientSecret: 'canary' },
        ],
        downstreamApis: { orders: { baseUrl: 'https://orders.example/v1', scopes: 'api://orders/Read' } },
      }),
      { controllers: [ReportsController, OpenController] },
    );
    const ours = app.log.filter((line) => line.endsWith(' EntraAuth') && !line.startsWith('warn'));
    expect(ours).toEqual([
      `log Tokens of ${world.emulator.url} are accepted: tenant ${world.emulator.tenantId}, client ${API.clientId}, audiences ${API.clientId} api://${API.clientId}, credential Certificate (certificate until ${until}) and 1 in reserve, downstream APIs orders (https://orders.example/v1) EntraAuth`,
      [
        'debug Routes and their scopes:',
        'route                     | required of callers                                             | acquired for downstream APIs',
        'ReportsController.reports | access_as_user, and role Reports.Read.All or role Reports.Admin | orders (background) User.Read Mail.Read',
        'ReportsController.all     | access_as_user, and a and b                                     | -',
      ].join('\n') + ' EntraAuth',
    ]);
    expect(app.log.join('\n')).not.toContain('canary');
    expect(app.log.join('\n')).not.toContain(privateKey.split('\n')[1]);
  });

  it('says at boot that nothing is called, where nothing is', async () => {
    const world = await startWorld();

    @Injectable()
    class Nothing {}

    const app = await startApp(
      adapter,
      world.options({ clientCredentials: [], tenantId: 'organizations', allowedTenants: 'any' }),
      { providers: [Nothing] },
    );
    expect(app.log.filter((line) => line.includes('are accepted'))).toEqual([
      `log Tokens of ${world.emulator.url} are accepted: tenant organizations, allowed tenants any, client ${API.clientId}, audiences ${API.clientId} api://${API.clientId}, no credential, no downstream APIs EntraAuth`,
    ]);
    expect(app.log.filter((line) => line.startsWith('debug'))).toEqual([]);
  });
});
