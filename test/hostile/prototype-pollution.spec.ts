import {
  DownstreamScopes,
  fromEnvironment,
  RequiredScopesOrAppRoles,
  type EntraAuthOptions,
} from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../libs/nestjs-entra/src/options/resolve-options.js';
import { ADAPTERS } from '../support/nest-app.js';
import { claims, forge, OTHER_TENANT, rsaKey, TENANT } from './support/forge.js';
import { ADELE, API, BEN, CLIENT } from './support/identities.js';
import { Platform } from './support/platform.js';
import { polluted } from './support/polluted.js';
import { startTarget, type Target } from './support/target.js';

const key = rsaKey();
const good = forge(key);
let serial = 0;
const fresh = (changes: Record<string, unknown>) =>
  forge(key, { payload: claims({ serial: ++serial, ...changes }) });

/** Claims, with what would help an attacker. */
const CLAIMS: Record<string, unknown> = {
  aud: API.clientId,
  tid: TENANT,
  oid: BEN.oid,
  sub: 'somebody',
  scp: 'access_as_user',
  roles: ['Admin'],
  azp: CLIENT.clientId,
  appid: CLIENT.clientId,
  idtyp: 'user',
  nonce: 'n',
  acrs: ['c1'],
  xms_cc: ['cp1'],
  acct: 1,
  idp: 'live.com',
  nbf: 9e9,
  upn: 'a@b',
  preferred_username: 'a@b',
  // Of the header of a token.
  kid: key.kid,
  typ: 'at+jwt',
  crit: ['exp'],
  jwk: {},
  cty: 'JWT',
  x5t: 'x',
};

/** Call options, parts of errors and challenges, and options of jsonwebtoken. */
const MEMBERS: Record<string, unknown> = {
  access_token: good,
  claims: '{"access_token":{}}',
  scope: 'everything',
  scopes: ['access_as_user'],
  tenantId: OTHER_TENANT,
  correlationId: '5a0a1a8c-3d0e-4f61-9a51-0000000000ff',
  forceRefresh: true,
  showErrorDetails: true,
  allowWebApiToBeAuthorizedByACL: true,
  allowedClientApplications: null,
  audience: 'another',
  issuer: 'another',
  subject: 'another',
  maxAge: '1s',
  jwtid: 'x',
  complete: true,
  secretOrKey: 'secret',
  allowInvalidAsymmetricKeyTypes: true,
  isAppOnly: false,
  retryAfterSeconds: 7,
  challenge: { error: 'canary' },
  reason: 'canary',
};

describe.each(ADAPTERS)('A polluted Object.prototype, on %s', (adapter) => {
  it.each(Object.entries({ ...CLAIMS, ...MEMBERS }))(
    'does not change a decision: %s',
    async (name, value) => {
      const target = await startTarget(adapter, { platform: new Platform(key), options: { scopes: [] } });
      const usual = await decisions(target);
      expect(await polluted(name, value, () => decisions(target))).toEqual(usual);
      expect(await decisions(target)).toEqual(usual);
    },
  );
});

/** What an API decides about requests of many kinds. Tokens are new each time, so that none is remembered. */
async function decisions(target: Target): Promise<unknown[]> {
  const send = async (token: string | undefined, path = '/me') => {
    const headers = token === undefined ? [] : [`Authorization: Bearer ${token}`];
    const reply = await (await target.connection()).send('GET', path, headers);
    return [reply.status, reply.body, reply.header('www-authenticate')];
  };
  return [
    await send(fresh({})),
    await send(fresh({ scp: 'User.Read' }), '/scope'),
    await send(fresh({ scp: 'User.Read' }), '/role'),
    await send(fresh({ scp: 'User.Read' }), '/either'),
    await send(fresh({ scp: undefined, roles: ['Reader'] }), '/scope'),
    await send(fresh({ scp: undefined, roles: ['Reader'] }), '/role'),
    await send(fresh({ scp: undefined })),
    await send(fresh({ azp: undefined, scp: undefined, roles: ['Admin'] })),
    await send(fresh({ tid: undefined })),
    await send(fresh({ oid: undefined })),
    await send(fresh({ sub: undefined })),
    await send(fresh({ aud: undefined })),
    await send(forge(key, { header: { kid: undefined }, payload: claims({ serial: ++serial }) })),
    await send(undefined),
    await send(good),
  ];
}

it.each(ADAPTERS)(
  'An Authorization header on Object.prototype is not that of a request, on %s',
  async (adapter) => {
    const target = await startTarget(adapter, { platform: new Platform(key), options: { scopes: [] } });
    await polluted('authorization', `Bearer ${good}`, async () => {
      expect((await (await target.connection()).send('GET', '/me', [])).status).toBe(401);
    });
  },
);

describe('A polluted Object.prototype while the options are read', () => {
  const minimal: EntraAuthOptions = { tenantId: TENANT, clientId: API.clientId };
  const full: EntraAuthOptions = {
    ...minimal,
    clientCredentials: [{ sourceType: 'Path', certificateDiskPath: '/x.pem' }],
    downstreamApis: { orders: { baseUrl: 'https://orders.example', scopes: 'api://orders/Read' } },
    tokenCache: {},
    network: {},
  };
  const shape = (options: EntraAuthOptions) => {
    const { clientCredentials, tokenCache, downstreamApis, network, ...rest } = resolveOptions(options);
    const { store, sealingKeys, ...cache } = tokenCache;
    const apis = [...downstreamApis].map(([name, { fetch, ...api }]) => [name, { ...api }, typeof fetch]);
    const credentials = clientCredentials().map((credential) =>
      ['certificateDiskPath', 'certificatePassword', 'privateKeyDiskPath'].map(
        (name) => (credential as unknown as Record<string, unknown>)[name],
      ),
    );
    const { timeoutMs, retries } = network;
    return JSON.stringify(
      [rest, credentials, cache, store() ?? 'none', sealingKeys().length, apis, timeoutMs, retries],
      (_key, value: unknown) => (value instanceof Set ? [...value] : value),
    );
  };
  const OPTIONS: Record<string, unknown> = {
    instance: 'https://login.evil.example',
    audience: ['https://evil.example'],
    allowedTenants: 'any',
    allowedClientApplications: [CLIENT.clientId],
    allowWebApiToBeAuthorizedByACL: true,
    clockSkewSeconds: 300,
    signUpSignInPolicyId: 'B2C_1_x',
    clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: 'x' }],
    sendX5C: true,
    scopes: ['User.Read'],
    onTokenValidated: () => undefined,
    downstreamApis: { evil: { baseUrl: 'https://evil.example', scopes: 'x' } },
    clientCapabilities: [],
    tokenCache: { maxBytes: 65_536 },
    network: { retries: 5 },
    showErrorDetails: true,
    maxBytes: 65_536,
    expiryBufferSeconds: 0,
    store: { get: () => undefined, set: () => undefined, delete: () => undefined },
    sealingKeys: ['x'],
    storeTimeoutMs: 1,
    timeoutMs: 1_000,
    retries: 5,
    relativePath: '../x',
    requestAppToken: true,
    maxResponseBytes: 1_024,
    certificatePassword: 'x',
    privateKeyDiskPath: '/evil.pem',
    clientSecret: 'x',
  };

  it.each(Object.entries(OPTIONS))('does not become an option: %s', async (name, value) => {
    for (const options of [minimal, full]) {
      const usual = shape(options);
      expect(await polluted(name, value, () => shape(options))).toBe(usual);
    }
  });

  it.each(['AZURE_CLIENT_SECRET', 'AZURE_AUTHORITY_HOST', 'AZURE_FEDERATED_TOKEN_FILE'])(
    'does not become a variable of the environment: %s',
    async (name) => {
      const variables = { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: ADELE.oid };
      const read = () => JSON.stringify(fromEnvironment(variables));
      const usual = read();
      expect(await polluted(name, 'https://evil.example', read)).toBe(usual);
    },
  );

  it('does not become an option of a decorator', async () => {
    expect(() => DownstreamScopes('User.Read', {})).not.toThrow();
    await polluted('prefetch', 'never', () => expect(() => DownstreamScopes('User.Read', {})).not.toThrow());
    await polluted('roles', [], () =>
      expect(() => RequiredScopesOrAppRoles({ scopes: ['a'] } as never)).toThrow(),
    );
  });
});
