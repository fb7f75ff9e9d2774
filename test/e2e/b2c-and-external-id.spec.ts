import { generateKeyPairSync, sign } from 'node:crypto';
import { Controller, Get } from '@nestjs/common';
import { ConfigurationError, CurrentUser, type EntraAuthOptions, type EntraUser } from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type Adapter } from '../support/nest-app.js';
import { challengeOf } from '../support/tokens.js';

const TENANT = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const OTHER_TENANT = 'a1b2c3d4-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const DOMAIN = 'contoso.onmicrosoft.com';
const API = '2c9d8e71-5a34-4b0f-8a6d-90e1f2a3b4c5';
const CLIENT = '5b6c7d8e-5a34-4b0f-8a6d-90e1f2a3b4c5';
const USER = '0f1e2d3c-5a34-4b0f-8a6d-90e1f2a3b4c5';

const B2C = 'https://contoso.b2clogin.com';
const EXTERNAL_ID = 'https://contoso.ciamlogin.com';
const ENTRA = 'https://login.microsoftonline.com';
const POLICY = 'B2C_1_SignUp_SignIn';

const b2cIssuer = (tenant: string) => `${B2C}/${tenant}/v2.0/`;
const externalIssuer = (tenant: string) => `https://${tenant}.ciamlogin.com/${tenant}/v2.0`;

type Claims = Readonly<Record<string, unknown>>;

/** One key signs for every authority of these tests, so that what is refused is refused for its claims. */
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

function signed(claims: Claims): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part({ typ: 'JWT', alg: 'RS256', kid: 'the-key' })}.${part(claims)}`;
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
}

/** A login host that publishes metadata and keys, and counts how often each is asked for. */
function publish({ metadata = {}, keyIssuer }: { metadata?: Record<string, string>; keyIssuer?: string }) {
  const asked: Record<string, number> = {};
  const fetch: typeof globalThis.fetch = async (input) => {
    const url = input as string;
    asked[url] = (asked[url] ?? 0) + 1;
    if (url.endsWith('/discovery/v2.0/keys')) {
      const jwk = publicKey.export({ format: 'jwk' });
      return Response.json({ keys: [{ ...jwk, kid: 'the-key', use: 'sig', issuer: keyIssuer }] });
    }
    const issuer = metadata[url];
    return issuer === undefined ? new Response('', { status: 404 }) : Response.json({ issuer });
  };
  return { fetch, asked };
}

@Controller()
class MeController {
  @Get('me')
  me(@CurrentUser() { claims: _claims, ...user }: EntraUser) {
    return user;
  }
}

const start = (adapter: Adapter, options: EntraAuthOptions) =>
  startApp(adapter, options, { controllers: [MeController] });

const now = Math.floor(Date.now() / 1000);

/** As a user flow issues it: no tid, no oid. */
const b2cClaims: Claims = {
  aud: API,
  iss: b2cIssuer(TENANT),
  iat: now,
  nbf: now,
  exp: now + 3_600,
  auth_time: now,
  ver: '1.0',
  tfp: POLICY.toLowerCase(),
  sub: USER,
  emails: ['ada@example.com'],
  azp: CLIENT,
  scp: 'access_as_user',
};

const externalClaims: Claims = {
  aud: API,
  iss: externalIssuer(TENANT),
  iat: now,
  nbf: now,
  exp: now + 3_600,
  ver: '2.0',
  tid: TENANT,
  oid: USER,
  sub: 'pairwise-subject',
  azp: CLIENT,
  scp: 'access_as_user',
};

const entraClaims: Claims = { ...externalClaims, iss: `${ENTRA}/${TENANT}/v2.0` };
const entraV1Claims: Claims = {
  ...entraClaims,
  ver: '1.0',
  iss: `https://sts.windows.net/${TENANT}/`,
  azp: undefined,
  appid: CLIENT,
};

describe.each(ADAPTERS)('Azure AD B2C on %s', (adapter) => {
  const at = (tenant: string) => `${B2C}/${tenant}/${POLICY}`;
  const metadataOf = (tenant: string) => `${at(tenant)}/v2.0/.well-known/openid-configuration`;

  async function startApi(tenantId: string, changes: Partial<EntraAuthOptions> = {}) {
    const platform = publish({ metadata: { [metadataOf(DOMAIN)]: b2cIssuer(TENANT) } });
    const app = await start(adapter, {
      instance: B2C,
      tenantId,
      signUpSignInPolicyId: POLICY,
      clientId: API,
      network: { fetch: platform.fetch },
      ...changes,
    });
    return { app, asked: platform.asked };
  }

  it('accepts a token of the policy, for a tenant given as domain', async () => {
    const { app, asked } = await startApi(DOMAIN);
    const { status, body } = await app.get('/me', signed(b2cClaims));
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        oid: USER,
        tid: TENANT,
        sub: USER,
        scope: 'access_as_user',
        scopes: ['access_as_user'],
        roles: [],
        clientApplicationId: CLIENT,
        isAppOnly: false,
        isGuest: false,
      },
    });
    await app.get('/me', signed({ ...b2cClaims, name: 'Ada' }));
    expect(asked).toEqual({ [metadataOf(DOMAIN)]: 1, [`${at(DOMAIN)}/discovery/v2.0/keys`]: 1 });
  });

  it('accepts it for a tenant given as GUID, and asks for no metadata', async () => {
    const { app, asked } = await startApi(TENANT);
    expect((await app.get('/me', signed(b2cClaims))).status).toBe(200);
    expect(asked).toEqual({ [`${at(TENANT)}/discovery/v2.0/keys`]: 1 });
  });

  it('knows the caller again, with tenant and object', async () => {
    const { app } = await startApi(DOMAIN);
    const token = signed(b2cClaims);
    const first = await app.get('/me', token);
    expect((await app.get('/me', token)).body).toEqual(first.body);
  });

  it.each<[what: string, code: string, claims: Claims]>([
    ['another policy', 'token_issuer', { tfp: 'B2C_1_PasswordReset' }],
    ['another policy in acr', 'token_issuer', { tfp: undefined, acr: 'b2c_1_passwordreset' }],
    ['no policy', 'token_issuer', { tfp: undefined }],
    ['an issuer without the slash at its end', 'token_issuer', { iss: b2cIssuer(TENANT).slice(0, -1) }],
    ['the issuer of another tenant', 'token_issuer', { iss: b2cIssuer(OTHER_TENANT) }],
    ['another tenant', 'token_tenant', { iss: b2cIssuer(OTHER_TENANT), tid: OTHER_TENANT }],
    ['another audience', 'token_audience', { aud: CLIENT }],
    ['an expired one', 'token_expired', { exp: now - 61, nbf: now - 3_600 }],
    ['nobody in particular', 'token_subject', { sub: 'Not supported currently. Use oid claim.' }],
    ['no scope', 'token_no_permission', { scp: undefined }],
    ['Entra ID, v2.0', 'token_version', entraClaims],
    ['Entra ID, v1.0, for this tenant', 'token_issuer', { ...entraV1Claims, azp: CLIENT, tfp: POLICY }],
    ['External ID', 'token_version', externalClaims],
  ])('refuses a token of %s: %s', async (_what, code, changes) => {
    const { app } = await startApi(DOMAIN);
    const { status, body } = await app.get('/me', signed({ ...b2cClaims, ...changes }));
    expect({ status, code: body['code'] }).toEqual({ status: 401, code });
  });

  it('sends callers to the sign-in of the policy', async () => {
    const { app } = await startApi(DOMAIN);
    const { headers } = await app.get('/me');
    expect(challengeOf(headers.get('www-authenticate'))).toEqual({
      realm: API,
      authorization_uri: `${at(DOMAIN)}/oauth2/v2.0/authorize`,
    });
  });

  it('cannot decide while the metadata of a domain names another kind of issuer', async () => {
    const issuer = `${B2C}/tfp/${TENANT}/${POLICY.toLowerCase()}/v2.0/`;
    const { fetch } = publish({ metadata: { [metadataOf(DOMAIN)]: issuer } });
    const { app } = await startApi(DOMAIN, { network: { fetch } });
    expect(await app.get('/me', signed(b2cClaims))).toMatchObject({
      status: 503,
      body: { code: 'identity_platform_unavailable' },
    });
  });

  it.each<[what: string, changes: Partial<EntraAuthOptions>]>([
    ['no policy', { signUpSignInPolicyId: undefined }],
    ['a policy that is a path', { signUpSignInPolicyId: '../B2C_1_other' }],
    ['a policy at another instance', { instance: ENTRA }],
    ['a policy without an instance', { instance: undefined }],
    ['many tenants', { tenantId: 'organizations', allowedTenants: 'any' }],
    ['a credential', { clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: 's' }] }],
    ['scopes to exchange for', { scopes: 'User.Read' }],
  ])('does not boot with %s', async (_what, changes) => {
    await expect(startApi(DOMAIN, changes)).rejects.toThrow(ConfigurationError);
  });

  it('leaves its tokens unaccepted at an API of Entra ID and at one of External ID', async () => {
    for (const instance of [ENTRA, EXTERNAL_ID]) {
      const { fetch } = publish({});
      const app = await start(adapter, { instance, tenantId: TENANT, clientId: API, network: { fetch } });
      for (const claims of [b2cClaims, { ...b2cClaims, tid: TENANT, oid: USER, appid: CLIENT }]) {
        const { status, body } = await app.get('/me', signed(claims));
        expect(status).toBe(401);
        expect(body['code']).toMatch(/^token_(tenant|issuer|version)$/);
      }
    }
  });
});

describe.each(ADAPTERS)('External ID on %s', (adapter) => {
  const metadataOf = (tenant: string) => `${EXTERNAL_ID}/${tenant}/v2.0/.well-known/openid-configuration`;

  async function startApi(tenantId: string, keyIssuer?: string) {
    const platform = publish({ metadata: { [metadataOf(DOMAIN)]: externalIssuer(TENANT) }, keyIssuer });
    const app = await start(adapter, {
      instance: EXTERNAL_ID,
      tenantId,
      clientId: API,
      network: { fetch: platform.fetch },
    });
    return { app, asked: platform.asked };
  }

  it('accepts a token for a tenant given as domain, whose GUID the metadata tells', async () => {
    const { app, asked } = await startApi(DOMAIN);
    const { status, body } = await app.get('/me', signed(externalClaims));
    expect(status).toBe(200);
    expect(body).toMatchObject({ oid: USER, tid: TENANT, sub: 'pairwise-subject', isGuest: false });
    expect(asked).toEqual({ [metadataOf(DOMAIN)]: 1, [`${EXTERNAL_ID}/${DOMAIN}/discovery/v2.0/keys`]: 1 });
  });

  it.each<[what: string, keyIssuer: string | undefined]>([
    ['no issuer', undefined],
    ['the issuer of the tenant', externalIssuer(TENANT)],
    ['the issuer of any tenant', externalIssuer('{tenantid}')],
  ])('accepts a token for a tenant given as GUID, signed with a key of %s', async (_what, keyIssuer) => {
    const { app, asked } = await startApi(TENANT, keyIssuer);
    expect((await app.get('/me', signed(externalClaims))).status).toBe(200);
    expect(asked).toEqual({ [`${EXTERNAL_ID}/${TENANT}/discovery/v2.0/keys`]: 1 });
  });

  it('refuses a token signed with the key of another tenant', async () => {
    const { app } = await startApi(TENANT, externalIssuer(OTHER_TENANT));
    expect((await app.get('/me', signed(externalClaims))).body['code']).toBe('token_issuer');
  });

  it.each<[what: string, code: string, claims: Claims]>([
    ['another tenant in host and path', 'token_issuer', { iss: externalIssuer(OTHER_TENANT) }],
    [
      'another tenant in the host',
      'token_issuer',
      { iss: `https://${OTHER_TENANT}.ciamlogin.com/${TENANT}/v2.0` },
    ],
    [
      'another tenant in the path',
      'token_issuer',
      { iss: `https://${TENANT}.ciamlogin.com/${OTHER_TENANT}/v2.0` },
    ],
    ['another tenant', 'token_tenant', { iss: externalIssuer(OTHER_TENANT), tid: OTHER_TENANT }],
    ['the name in place of the tenant', 'token_issuer', { iss: `${EXTERNAL_ID}/${TENANT}/v2.0` }],
    ['a slash at the end', 'token_issuer', { iss: `${externalIssuer(TENANT)}/` }],
    ['Entra ID, v2.0', 'token_issuer', entraClaims],
    ['v1.0', 'token_version', entraV1Claims],
    ['v1.0 with the issuer of v2.0', 'token_version', { ver: '1.0', azp: undefined, appid: CLIENT }],
  ])('refuses a token of %s: %s', async (_what, code, changes) => {
    const { app, asked } = await startApi(TENANT);
    const { status, body } = await app.get('/me', signed({ ...externalClaims, ...changes }));
    expect({ status, code: body['code'] }).toEqual({ status: 401, code });
    expect(Object.keys(asked)).toEqual([`${EXTERNAL_ID}/${TENANT}/discovery/v2.0/keys`]);
  });

  it('recognises guests', async () => {
    const { app } = await startApi(TENANT);
    const isGuest = async (claims: Claims) =>
      (await app.get('/me', signed({ ...externalClaims, ...claims }))).body['isGuest'];
    expect(await isGuest({ acct: 1 })).toBe(true);
    expect(await isGuest({ idp: `https://sts.windows.net/${OTHER_TENANT}/` })).toBe(true);
    expect(await isGuest({ acct: 0, idp: externalIssuer(TENANT) })).toBe(false);
  });

  it('does not boot with many tenants', async () => {
    const options = {
      instance: EXTERNAL_ID,
      tenantId: 'common',
      allowedTenants: 'any',
      clientId: API,
    } as const;
    await expect(start(adapter, options)).rejects.toThrow(ConfigurationError);
  });
});
