import { Controller, Get } from '@nestjs/common';
import { CurrentUser, TokenAcquisitionService, type EntraUser } from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, startApp } from '../support/nest-app.js';
import { ADELE, startWorld } from '../support/world.js';

const CUSTOM = '5a0a1a8c-3d0e-4f61-9a51-000000000077';

@Controller()
class MeController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get('me')
  me(@CurrentUser() { oid, scope, scopes, isAppOnly }: EntraUser) {
    return { oid, scope, scopes, isAppOnly };
  }

  @Get('orders')
  async orders() {
    await this.tokens.getAccessTokenForUser('api://orders/Read');
    return {};
  }
}

describe.each(ADAPTERS)('An API with a custom signing key, on %s', (adapter) => {
  const start = async () => {
    const world = await startWorld();
    const secret = 'the-secret-of-this-api';
    world.emulator.addApplication({ clientId: CUSTOM, customSigningKey: true, clientSecrets: [secret] });
    world.emulator.grantConsent({ clientId: CUSTOM, scopes: 'api://orders/Read' });
    const app = await startApp(
      adapter,
      world.options({
        clientId: CUSTOM,
        clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: secret }],
      }),
      { controllers: [MeController] },
    );
    return { app, world, token: (claims = {}) => world.token({ aud: CUSTOM, ...claims }) };
  };

  it('accepts its tokens at once, and asks for its keys under ?appid', async () => {
    const { app, token, world } = await start();
    expect(await app.get('/me', token())).toMatchObject({
      status: 200,
      body: { oid: ADELE.oid, scope: 'access_as_user', scopes: ['access_as_user'], isAppOnly: false },
    });
    const url = `${world.emulator.url}/${world.emulator.tenantId}/discovery/v2.0/keys`;
    const kidsAt = async (address: string) => {
      const { keys } = (await (await world.emulator.fetch(address)).json()) as { keys: { kid: string }[] };
      return keys.map(({ kid }) => kid);
    };
    const [custom] = await kidsAt(`${url}?appid=${CUSTOM}`);
    expect(await kidsAt(url)).not.toContain(custom);
  });

  it('is refused by the identity platform when it presents such a token as assertion', async () => {
    const { app, token } = await start();
    expect(await app.get('/orders', token())).toMatchObject({
      status: 401,
      body: { code: 'assertion_rejected' },
    });
    expect(app.log.join('\n')).toContain('AADSTS50013');
  });

  it('takes a token without scopes for that of an application, as the identity platform does', async () => {
    const { app, token } = await start();
    for (const claims of [{ scp: '/' }, { scp: '' }, { idtyp: 'app' }, { idtyp: 'device' }]) {
      const reply = await app.get('/me', token({ roles: ['A'], ...claims }));
      expect(reply).toMatchObject({ status: 200, body: { isAppOnly: true, scope: '', scopes: [] } });
    }
  });
});
