import { Controller, Get } from '@nestjs/common';
import { inspect } from 'node:util';
import {
  DownstreamScopes,
  EntraExceptionFilter,
  JwtAuthGuard,
  JwtStrategy,
  TokenAcquisitionService,
} from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type Answer } from '../support/nest-app.js';
import { challengeOf } from '../support/tokens.js';
import { API, startWorld, type World } from '../support/world.js';

@Controller('orders')
class OrdersController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get()
  @DownstreamScopes('api://orders/Read')
  prefetched() {
    return {};
  }

  @Get('files')
  async onDemand() {
    await this.tokens.getAccessTokenForUser('api://files/Write');
    return {};
  }

  @Get('plain')
  plain() {
    return {};
  }
}

const controllers = [OrdersController];

/** What every refusal has: the challenge, readable by a page of another origin. */
function expectChallenge({ headers }: Answer): Record<string, string> {
  expect(headers.get('access-control-expose-headers')).toBe('WWW-Authenticate');
  return challengeOf(headers.get('www-authenticate'));
}

function authorizationUri({ emulator }: World): string {
  return `${emulator.url}/${emulator.tenantId}/oauth2/v2.0/authorize`;
}

describe.each(ADAPTERS)('Errors on %s', (adapter) => {
  const start = async () => {
    const world = await startWorld();
    return { world, app: await startApp(adapter, world.options(), { controllers }) };
  };

  it('no token: 401, and where to sign in, without an error code', async () => {
    const { world, app } = await start();
    const answer = await app.get('/orders');
    expect(answer).toMatchObject({
      status: 401,
      body: { statusCode: 401, error: 'Unauthorized', message: expect.any(String), code: 'token_missing' },
    });
    expect(expectChallenge(answer)).toEqual({
      realm: API.clientId,
      authorization_uri: authorizationUri(world),
    });
  });

  it('another scheme counts as no token', async () => {
    const { app } = await start();
    const answer = await app.get('/orders', undefined, { authorization: 'Basic dXNlcjpwYXNz' });
    expect(answer.body['code']).toBe('token_missing');
    expect(expectChallenge(answer)).not.toHaveProperty('error');
  });

  it('malformed credentials: 400 invalid_request', async () => {
    const { world, app } = await start();
    const answer = await app.get('/orders', undefined, {
      authorization: `Bearer ${world.token()} ${world.token()}`,
    });
    expect(answer).toMatchObject({ status: 400, body: { code: 'authorization_malformed' } });
    expect(expectChallenge(answer)['error']).toBe('invalid_request');
  });

  it('bad token: 401 invalid_token with a fixed sentence, and the reason in the log alone', async () => {
    const { world, app } = await start();
    const answer = await app.get('/orders', world.token({ aud: 'api://somebody-else' }));
    expect(answer).toMatchObject({ status: 401, body: { code: 'token_audience' } });
    expect(expectChallenge(answer)).toEqual({
      realm: API.clientId,
      authorization_uri: authorizationUri(world),
      error: 'invalid_token',
      error_description: 'The access token is meant for another audience',
    });
    expect(answer.text).not.toContain('somebody-else');
    expect(
      app.log.filter((line) => line.includes('token_audience') && line.includes('somebody-else')),
    ).toHaveLength(1);
  });

  it('consent missing (AADSTS65001): 403 with the scopes and where to consent', async () => {
    const { world, app } = await start();
    const answer = await app.get('/orders/files', world.token());
    expect(answer).toMatchObject({
      status: 403,
      body: { code: 'consent_required', scopes: ['api://files/Write'], consentUri: expect.any(String) },
    });
    const uri = new URL(String(answer.body['consentUri']));
    expect(uri.searchParams.get('client_id')).toBe(API.clientId);
    expect(uri.searchParams.get('scope')).toBe('api://files/Write');
    expect(expectChallenge(answer)).toMatchObject({
      error: 'insufficient_scope',
      scope: 'api://files/Write',
    });
    world.emulator.grantConsent({ clientId: API.clientId, scopes: 'api://files/Write' });
    const other = world.token({ sid: 'after consent' });
    expect((await app.get('/orders/files', other)).status).toBe(200);
  });

  it('claims challenge (AADSTS50076): 401 insufficient_claims, the claims base64-encoded as received', async () => {
    const { world, app } = await start();
    const { policyIds } = world.emulator.requireClaims({ scope: 'api://orders/Read' });
    const answer = await app.get('/orders', world.token());
    expect(answer).toMatchObject({ status: 401, body: { code: 'claims_challenge' } });
    const { claims, ...challenge } = expectChallenge(answer);
    expect(challenge).toEqual({
      realm: API.clientId,
      authorization_uri: authorizationUri(world),
      client_id: API.clientId,
      error: 'insufficient_claims',
    });
    expect(Buffer.from(claims ?? '', 'base64').toString()).toBe(
      JSON.stringify({ access_token: { capolids: { essential: true, values: policyIds } } }),
    );
    const satisfied = world.emulator.issueAccessToken(
      { aud: API.clientId, scp: 'access_as_user' },
      { satisfies: policyIds },
    );
    expect((await app.get('/orders', satisfied)).status).toBe(200);
  });

  it('multi-factor without claims: 401 invalid_token, and the suberror in the body', async () => {
    const { world, app } = await start();
    world.emulator.requireClaims({ scope: 'api://orders/Read', withClaims: false });
    const answer = await app.get('/orders', world.token());
    expect(answer).toMatchObject({
      status: 401,
      body: { code: 'interaction_required', suberror: 'basic_action' },
    });
    expect(expectChallenge(answer)['error']).toBe('invalid_token');
  });

  it('access blocked (AADSTS53003): 403', async () => {
    const { world, app } = await start();
    world.emulator.requireClaims({ scope: 'api://orders/Read', code: 53003 });
    const answer = await app.get('/orders', world.token());
    expect(answer).toMatchObject({ status: 403, body: { code: 'access_blocked' } });
    expect(expectChallenge(answer)['error']).toBe('insufficient_scope');
  });

  it('app-only caller: 403, and no exchange', async () => {
    const { world, app } = await start();
    const appOnly = world.token({ scp: undefined, roles: ['Reports.Read.All'] });
    for (const path of ['/orders', '/orders/files']) {
      const answer = await app.get(path, appOnly);
      expect(answer).toMatchObject({ status: 403, body: { code: 'app_only_caller' } });
      expect(expectChallenge(answer)['error']).toBe('insufficient_scope');
    }
    expect((await app.get('/orders/plain', appOnly)).status).toBe(200);
    expect(world.exchanges()).toEqual([]);
  });

  it('refused assertion (AADSTS500133): 401 invalid_token', async () => {
    const { world, app } = await start();
    // Within the clock skew of the API, and past its time for the identity platform, which grants none.
    const answer = await app.get('/orders', world.token({ exp: Math.floor(Date.now() / 1000) - 10 }));
    expect(answer).toMatchObject({ status: 401, body: { code: 'assertion_rejected' } });
    expect(expectChallenge(answer)['error']).toBe('invalid_token');
    expect(world.exchanges()[0]?.aadsts).toBe(500133);
  });

  it('refused client credential (AADSTS7000215): 500 without a challenge, and an error in the log', async () => {
    const world = await startWorld();
    const wrong = [{ sourceType: 'ClientSecret', clientSecret: 'another-secret' }] as const;
    const app = await startApp(adapter, world.options({ clientCredentials: wrong }), { controllers });
    const answer = await app.get('/orders', world.token());
    expect(answer).toMatchObject({
      status: 500,
      body: { statusCode: 500, error: 'Internal Server Error', code: 'client_credential_rejected' },
    });
    expect(answer.headers.get('www-authenticate')).toBeNull();
    expect(app.log.filter((line) => line.startsWith('error') && line.includes('AADSTS7000215'))).toHaveLength(
      1,
    );
  });

  it.each([
    ['answers 503', { status: 503, headers: { 'retry-after': '17' } }, '17'],
    ['throttles', { status: 429, headers: { 'retry-after': '4000' }, body: 'Too Many Requests' }, '300'],
    ['closes the connection', { reset: true, times: 2 }, '5'],
    ['answers no JSON', { malformed: true }, '5'],
    [
      'answers an empty token',
      { status: 200, body: { token_type: 'Bearer', expires_in: 3599, access_token: '' } },
      '5',
    ],
  ] as const)('identity platform %s: 503 with Retry-After', async (_what, fault, retryAfter) => {
    const { world, app } = await start();
    const token = world.token();
    expect((await app.get('/orders/plain', token)).status).toBe(200);
    world.emulator.failNext(fault);
    const answer = await app.get('/orders', token);
    expect(answer).toMatchObject({ status: 503, body: { code: 'identity_platform_unavailable' } });
    expect(answer.headers.get('retry-after')).toBe(retryAfter);
  });

  it('a passing fault of the identity platform is retried once', async () => {
    const { world, app } = await start();
    world.emulator.failNext({ status: 500, body: 'oops' });
    expect((await app.get('/orders', world.token())).status).toBe(200);
    expect(world.exchanges().map(({ status }) => status)).toEqual([500, 200]);
  });

  it('an identity platform that hangs costs no more than the deadline', async () => {
    const world = await startWorld();
    const network = { fetch: world.emulator.fetch, timeoutMs: 1_000, retries: 0 };
    const app = await startApp(adapter, world.options({ network }), { controllers });
    const token = world.token();
    await app.get('/orders/plain', token);
    world.emulator.failNext({ hang: true });
    const started = performance.now();
    expect((await app.get('/orders', token)).status).toBe(503);
    expect(performance.now() - started).toBeLessThan(2_500);
  });

  it('signing keys out of reach: 503, and back as soon as they are', async () => {
    const world = await startWorld();
    world.emulator.failNext({ endpoint: 'keys', status: 503, times: 2 });
    const app = await startApp(adapter, world.options(), { controllers });
    const token = world.token();
    const answer = await app.get('/orders/plain', token);
    expect(answer).toMatchObject({ status: 503, body: { code: 'identity_platform_unavailable' } });
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    await expect
      .poll(async () => (await app.get('/orders/plain', token)).status, { timeout: 5_000 })
      .toBe(200);
  });

  it('an error of the identity platform is logged once, typed, and nothing secret is in log or answer', async () => {
    const { world, app } = await start();
    const token = world.token();
    const answer = await app.get('/orders/files', token);
    const lines = app.log.filter((line) => line.includes('AADSTS65001'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/consent_required.*trace id .*correlation id/);
    const everything = [...app.log, answer.text, ...answer.headers.values()].join('\n');
    for (const secret of [token, token.split('.')[2]!, API.secret]) expect(everything).not.toContain(secret);
    expect(answer.text).not.toMatch(/AADSTS|Trace/i);
  });

  it('no secret is in what a log of the library’s own objects shows', async () => {
    const { app } = await start();
    for (const part of [JwtAuthGuard, JwtStrategy, TokenAcquisitionService, EntraExceptionFilter]) {
      const shown = inspect(app.nest.get(part), { depth: 20, showHidden: true });
      expect(shown).not.toContain(API.secret);
    }
  });

  it('showErrorDetails puts the reason into the response', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options({ showErrorDetails: true }), { controllers });
    const { body } = await app.get('/orders', world.token({ aud: 'api://somebody-else' }));
    expect(body['details']).toContain('somebody-else');
  });
});
