import { Controller, Get } from '@nestjs/common';
import { DownstreamScopes, RequiredScopes, TokenAcquisitionService } from 'nestjs-entra';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, startApp } from '../support/nest-app.js';
import { claimsOf } from '../support/tokens.js';
import { ADELE, API, FILES, ORDERS, startWorld } from '../support/world.js';

@Controller()
class ExchangeController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get('orders')
  async orders() {
    const token = await this.tokens.getTokenForUser([
      'api://orders/Read',
      'openid',
      'offline_access',
      'profile',
    ]);
    return { ...token, claims: claimsOf(token.accessToken), accessToken: undefined };
  }

  @Get('nothing')
  nothing() {
    return {};
  }
}

const controllers = [ExchangeController];

describe.each(ADAPTERS)('The exchange on %s', (adapter) => {
  it('is on behalf of the user: the grant, the caller’s own token, at the caller’s own tenant', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { controllers });
    const token = world.token();
    const { body } = await app.get('/orders', token);
    const [exchange, ...others] = world.exchanges();
    expect(others).toEqual([]);
    expect(exchange).toMatchObject({
      method: 'POST',
      path: `/${world.emulator.tenantId}/oauth2/v2.0/token`,
      status: 200,
      form: {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        requested_token_use: 'on_behalf_of',
        client_id: API.clientId,
        assertion: `sha256:${createHash('sha256').update(token).digest('base64url')}`,
      },
    });
    expect(body['claims']).toMatchObject({ oid: ADELE.oid, aud: ORDERS.clientId, azp: API.clientId });
    expect(body).toMatchObject({ source: 'identity-platform', tenantId: world.emulator.tenantId });
  });

  it('goes to the caller’s own tenant, not to the one that is configured', async () => {
    const world = await startWorld();
    const guestTenant = world.emulator.addTenant();
    const app = await startApp(
      adapter,
      world.options({ tenantId: 'organizations', allowedTenants: [guestTenant.tenantId] }),
      { controllers },
    );
    await app.get('/orders', world.token({ tid: guestTenant.tenantId }));
    expect(world.exchanges().map(({ tenant }) => tenant)).toEqual([guestTenant.tenantId]);
  });

  it('asks for the scopes as given, and leaves openid, profile and offline_access to MSAL', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { controllers });
    await app.get('/orders', world.token());
    expect(world.exchanges()[0]?.form['scope']?.split(' ').sort()).toEqual(
      ['api://orders/Read', 'offline_access', 'openid', 'profile'].sort(),
    );
  });

  it('declares that the API handles claims challenges', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { controllers });
    await app.get('/orders', world.token());
    // msal-node adds requests for claims of the ID token.
    expect(JSON.parse(world.exchanges()[0]?.form['claims'] ?? '{}')).toMatchObject({
      access_token: { xms_cc: { values: ['cp1'] } },
    });
  });

  it("spells '.default' out as one {aud}/.default per audience", async () => {
    const world = await startWorld();
    const app = await startApp(
      adapter,
      world.options({ scopes: '.default', audience: [API.clientId, ORDERS.uri, FILES.uri] }),
      { controllers },
    );
    await app.get('/nothing', world.token());
    const asked = world
      .exchanges()
      .map(({ form }) => form['scope']?.split(' ').find((scope) => scope.includes('/')));
    expect(asked.sort()).toEqual(
      [`${API.clientId}/.default`, 'api://files/.default', 'api://orders/.default'].sort(),
    );
  });

  it("asks once for itself under '.default', for both default audiences are one API", async () => {
    const world = await startWorld();
    world.emulator.grantConsent({ clientId: API.clientId, scopes: `${API.clientId}/access_as_user` });
    const app = await startApp(adapter, world.options({ scopes: '.default' }), { controllers });
    expect((await app.get('/nothing', world.token())).status).toBe(200);
    expect(world.exchanges().map(({ status }) => status)).toEqual([200]);
  });

  it('makes no connection but to the identity platform, and asks it for no metadata before an exchange', async () => {
    const world = await startWorld();
    const hosts = new Set<string>();
    const app = await startApp(
      adapter,
      world.options({
        network: {
          fetch: (input, init) => {
            hosts.add(new URL(input instanceof Request ? input.url : input).origin);
            return world.emulator.fetch(input, init);
          },
        },
      }),
      { controllers },
    );
    await app.get('/orders', world.token());
    expect([...hosts]).toEqual([world.emulator.url]);
    expect(world.emulator.requests.map(({ endpoint }) => endpoint)).toEqual(['keys', 'token']);
  });

  it('is not made for a caller that authorization refuses', async () => {
    const world = await startWorld();

    @Controller('reports')
    class ReportsController {
      @Get()
      @RequiredScopes('reports.read')
      @DownstreamScopes('api://orders/Read')
      reports() {
        return {};
      }
    }

    const app = await startApp(adapter, world.options(), { controllers: [ReportsController] });
    expect((await app.get('/reports', world.token())).status).toBe(403);
    expect(world.exchanges()).toEqual([]);
    expect((await app.get('/reports', world.token({ scp: 'reports.read' }))).status).toBe(200);
    expect(world.exchanges()).toHaveLength(1);
  });
});
