import { InteractionRequiredAuthError, type IPublicClientApplication } from '@azure/msal-browser';
import { Controller, Get } from '@nestjs/common';
import { RequiredAuthContext, RequiredScopes, TokenAcquisitionService } from 'nestjs-entra';
import { readChallenge } from 'nestjs-entra/client';
import { describe, expect, it } from 'vitest';
import { callApi } from '../docs/examples/call-api.js';
import { readAsMsalBrowserSamples, readAsMsalDotNet, readByGrammar } from '../support/challenge-readers.js';
import { ADAPTERS, startApp, type Answer } from '../support/nest-app.js';
import { claimsOf } from '../support/tokens.js';
import { API, CLIENT, startWorld, type World } from '../support/world.js';

@Controller('orders')
class OrdersController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get()
  async orders() {
    return { token: (await this.tokens.getAccessTokenForUser('api://orders/Read')).length };
  }

  @Get('files')
  async files() {
    return { token: (await this.tokens.getAccessTokenForUser('api://files/Write')).length };
  }
}

@Controller('vault')
@RequiredAuthContext('c1')
class VaultController {
  @Get()
  open() {
    return { open: true };
  }

  @Get('inner')
  @RequiredAuthContext('c2')
  inner() {
    return { open: true };
  }

  @Get('scoped')
  @RequiredScopes('vault.read')
  scoped() {
    return { open: true };
  }
}

const controllers = [OrdersController, VaultController];

/** As a page has it. */
const responseOf = ({ status, headers, text }: Answer) => new Response(text, { status, headers });

/** A page: the example of the documentation, with the emulator behind the few calls of MSAL that it makes. */
async function asPage(
  world: World,
  url: string,
): Promise<{ response: Response; claims: readonly string[]; tokens: readonly string[] }> {
  const claims: string[] = [];
  const tokens: string[] = [];
  const signedIn = () => {
    const accessToken = tokenWith(world, claims);
    tokens.push(accessToken);
    return Promise.resolve({ accessToken });
  };
  const msal = {
    acquireTokenSilent: (request: { claims?: string }) =>
      request.claims === undefined
        ? signedIn()
        : Promise.reject(new InteractionRequiredAuthError('no_silent_way', '')),
    acquireTokenPopup: (request: { claims?: string }) => {
      if (request.claims !== undefined) claims.push(request.claims);
      return signedIn();
    },
  };
  const scopes = [`${API.clientId}/access_as_user`];
  const response = await callApi(msal as unknown as IPublicClientApplication, url, scopes);
  return { response, claims, tokens };
}

/** The token that a sign-in with these claims requests gives. */
function tokenWith({ emulator }: World, asked: readonly string[]): string {
  const requests = asked.map(
    (claims) =>
      JSON.parse(claims) as { access_token?: { capolids?: { values: string[] }; acrs?: { value: string } } },
  );
  const acrs = requests.flatMap(({ access_token }) => access_token?.acrs?.value ?? []);
  const satisfies = requests.flatMap(({ access_token }) => access_token?.capolids?.values ?? []);
  const claims = { aud: API.clientId, azp: CLIENT.clientId, scp: 'access_as_user', xms_cc: ['cp1'], acrs };
  return emulator.issueAccessToken(claims, { satisfies });
}

describe.each(ADAPTERS)('Challenges on %s', (adapter) => {
  const start = async () => {
    const world = await startWorld();
    return { world, app: await startApp(adapter, world.options(), { controllers }) };
  };

  it('consent missing → 403 → consent granted → 200', async () => {
    const { world, app } = await start();
    const refused = await app.get('/orders/files', world.token());
    expect(refused).toMatchObject({
      status: 403,
      body: { code: 'consent_required', scopes: ['api://files/Write'] },
    });
    const challenge = await readChallenge(responseOf(refused));
    expect(challenge).toMatchObject({ error: 'insufficient_scope', scopes: [], claims: undefined });
    expect(challenge?.consentUri).toBe(
      `${world.emulator.url}/${world.emulator.tenantId}/oauth2/v2.0/authorize` +
        `?client_id=${API.clientId}&response_type=code&scope=api%3A%2F%2Ffiles%2FWrite&prompt=consent`,
    );
    world.emulator.grantConsent({ clientId: API.clientId, scopes: 'api://files/Write' });
    expect((await app.get('/orders/files', world.token({ sid: 'after consent' }))).status).toBe(200);
  });

  it.each([90094, 90095])(
    'consent that an administrator gives (AADSTS%i): the admin consent endpoint',
    async (aadsts) => {
      const { world, app } = await start();
      const token = world.token();
      await app.get('/vault', token);
      const body = {
        error: 'invalid_grant',
        error_codes: [aadsts],
        error_description: `AADSTS${aadsts}: Ask Ada.`,
      };
      world.emulator.failNext({ status: 400, body });
      const refused = await app.get('/orders', token);
      expect(refused).toMatchObject({ status: 403, body: { code: 'consent_required' } });
      expect(refused.body['consentUri']).toBe(
        `${world.emulator.url}/${world.emulator.tenantId}/v2.0/adminconsent` +
          `?client_id=${API.clientId}&scope=api%3A%2F%2Forders%2FRead`,
      );
    },
  );

  it.each([50076, 50079, 53000])(
    'claims challenge (AADSTS%i) → the page asks for the claims → 200',
    async (code) => {
      const { world, app } = await start();
      const { policyIds } = world.emulator.requireClaims({ scope: 'api://orders/Read', code });
      const { response, claims } = await asPage(world, `${await app.nest.getUrl()}/orders`);
      expect(response.status).toBe(200);
      expect(claims).toEqual([
        JSON.stringify({ access_token: { capolids: { essential: true, values: policyIds } } }),
      ]);
    },
  );

  it('hands on no claims beside an error that they do not explain', async () => {
    const { world, app } = await start();
    const claims = '{"access_token":{"capolids":{"essential":true,"values":["x"]}}}';
    const token = world.token();
    await app.get('/vault', token);
    world.emulator.failNext({ aadsts: 7000218, claims });
    const secret = await app.get('/orders', token);
    expect(secret).toMatchObject({ status: 500, body: { code: 'client_credential_rejected' } });
    expect(secret.headers.get('www-authenticate')).toBeNull();
    world.emulator.failNext({ aadsts: 65001, claims });
    const consent = await app.get('/orders/files', token);
    expect(consent).toMatchObject({ status: 403, body: { code: 'consent_required' } });
    expect(consent.headers.get('www-authenticate')).not.toContain('claims');
  });

  it('step-up: the route asks for its authentication context, and lets in who has it', async () => {
    const { world, app } = await start();
    const refused = await app.get('/vault', world.token({ xms_cc: ['cp1'] }));
    expect(refused).toMatchObject({ status: 401, body: { code: 'claims_challenge' } });
    expect(await readChallenge(responseOf(refused))).toEqual({
      error: 'insufficient_claims',
      claims: '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}',
      scopes: [],
      consentUri: undefined,
    });
    const { response, claims, tokens } = await asPage(world, `${await app.nest.getUrl()}/vault`);
    expect(response.status).toBe(200);
    expect(claims).toEqual(['{"access_token":{"acrs":{"essential":true,"value":"c1"}}}']);
    expect(tokens.map((token) => claimsOf(token)['acrs'])).toEqual([[], ['c1']]);
    expect(world.exchanges()).toEqual([]);
  });

  it('step-up of class and handler: one after the other', async () => {
    const { world, app } = await start();
    const { response, claims } = await asPage(world, `${await app.nest.getUrl()}/vault/inner`);
    expect(response.status).toBe(200);
    expect(claims).toEqual([
      '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}',
      '{"access_token":{"acrs":{"essential":true,"value":"c2"}}}',
    ]);
  });

  it('step-up: a client that cannot answer is refused, and so is an application', async () => {
    const { world, app } = await start();
    for (const token of [world.token(), world.token({ xms_cc: ['cp2'], acrs: ['c2'] })]) {
      const answer = await app.get('/vault', token);
      expect(answer).toMatchObject({ status: 403, body: { code: 'access_blocked' } });
      expect(answer.headers.get('www-authenticate')).not.toContain('claims');
    }
    const application = world.token({
      scp: undefined,
      roles: ['Reports.Read.All'],
      acrs: ['c1'],
      xms_cc: ['cp1'],
    });
    expect(await app.get('/vault', application)).toMatchObject({
      status: 403,
      body: { code: 'app_only_caller' },
    });
    expect(await app.get('/vault')).toMatchObject({ status: 401, body: { code: 'token_missing' } });
  });

  it('step-up is not asked of who lacks the scope', async () => {
    const { world, app } = await start();
    const capable = { xms_cc: ['cp1'] };
    const lacking = await app.get('/vault/scoped', world.token(capable));
    expect(lacking).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
    expect((await readChallenge(responseOf(lacking)))?.scopes).toEqual([`${API.clientId}/vault.read`]);
    const holding = await app.get('/vault/scoped', world.token({ ...capable, scp: 'vault.read' }));
    expect(holding).toMatchObject({ status: 401, body: { code: 'claims_challenge' } });
  });

  it('every challenge is read alike by the grammar, the samples of msal-browser and MSAL.NET', async () => {
    const { world, app } = await start();
    world.emulator.requireClaims({ scope: 'api://orders/Read' });
    const capable = world.token({ xms_cc: ['cp1'] });
    const answers = [
      await app.get('/vault'),
      await app.get('/vault', 'x.y'),
      await app.get('/vault', capable),
      await app.get('/vault', world.token()),
      await app.get('/vault/scoped', capable),
      await app.get('/orders', capable),
      await app.get('/orders/files', capable),
      await app.get('/orders', world.token({ scp: undefined, roles: ['Reports.Read.All'] })),
      await app.get('/vault', undefined, { authorization: 'Bearer a b' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 403, 403, 401, 403, 403, 400]);
    for (const { headers } of answers) {
      const header = headers.get('www-authenticate') ?? '';
      const [challenge, ...others] = readByGrammar(header);
      expect([challenge?.scheme, others]).toEqual(['Bearer', []]);
      const { claims, ...parameters } = challenge?.parameters ?? {};
      const { claims: forPages, ...asPages } = readAsMsalBrowserSamples(header);
      const { claims: forDotNet, ...asDotNet } = readAsMsalDotNet(header);
      expect(asPages).toEqual(parameters);
      expect(asDotNet).toEqual(parameters);
      const json = claims === undefined ? undefined : Buffer.from(claims, 'base64').toString();
      expect(forPages === undefined ? undefined : atob(forPages)).toBe(json);
      expect(forDotNet).toBe(json);
      expect((await readChallenge(new Response('', { headers })))?.claims).toBe(json);
    }
  });
});
