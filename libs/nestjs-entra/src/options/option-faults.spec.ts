import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EntraAuthOptions } from './entra-auth-options.js';
import { optionFaults } from './option-faults.js';

const TENANT = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const CLIENT = '2c9d8e71-5a34-4b0f-8a6d-90e1f2a3b4c5';

/** The faults of good options with `wrong` in their place. */
const faultsOf = (wrong: Readonly<Record<string, unknown>>) =>
  optionFaults({ tenantId: TENANT, clientId: CLIENT, ...wrong } as unknown as EntraAuthOptions);

afterEach(() => vi.unstubAllEnvs());

describe('optionFaults finds nothing wrong with', () => {
  it.each<[string, Record<string, unknown>]>([
    ['tenant and client alone', {}],
    ['GUIDs in upper case', { tenantId: TENANT.toUpperCase(), clientId: CLIENT.toUpperCase() }],
    ['a domain', { tenantId: 'contoso.onmicrosoft.com' }],
    ['organizations with tenants', { tenantId: 'organizations', allowedTenants: [TENANT] }],
    ['common with every tenant', { tenantId: 'common', allowedTenants: 'any' }],
    ['an instance with a trailing slash', { instance: 'https://login.microsoftonline.us/' }],
    ['an instance with a port', { instance: 'https://localhost:8443' }],
    ['a tenant of External ID', { instance: 'https://contoso.ciamlogin.com' }],
    ['several audiences', { audience: ['api://a', CLIENT] }],
    ['one audience', { audience: 'https://contoso.com/api' }],
    ['every client', { allowedClientApplications: null }],
    ['certain clients', { allowedClientApplications: [CLIENT.toUpperCase()] }],
    ['scopes as a list', { scopes: ['User.Read', 'api://x/Read'] }],
    ['scopes with spaces', { scopes: 'User.Read Mail.Read' }],
    ['no clock skew', { clockSkewSeconds: 0 }],
    ['the widest clock skew', { clockSkewSeconds: 300 }],
    ['a hook', { onTokenValidated: () => undefined }],
    ['no client capability', { clientCapabilities: [] }],
    ['the limits of tokenCache', { tokenCache: { maxBytes: 65_536, expiryBufferSeconds: 0 } }],
    ['the limits of network', { network: { timeoutMs: 1_000, retries: 0, fetch: globalThis.fetch } }],
    ['error details in development', { showErrorDetails: true }],
  ])('%s', (_what, options) => {
    expect(
      faultsOf({ clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: 's' }], ...options }),
    ).toEqual([]);
  });
});

describe('optionFaults says what was given, what is accepted and what to do:', () => {
  const instance = (shown: string) =>
    `instance is ${shown}; give the login host as an absolute https URL without a path, such as "https://login.microsoftonline.com".`;
  const tenant = (shown: string) =>
    `tenantId is ${shown}; give the tenant as a GUID or verified domain, or "organizations" or "common" for many tenants.`;
  const allowedTenants = (shown: string) =>
    `allowedTenants is ${shown}; give a list of at least one tenant GUID, or 'any'.`;
  const client = (shown: string) =>
    `clientId is ${shown}; give the application (client) id of the API, a GUID.`;
  const clients = (shown: string) =>
    `allowedClientApplications is ${shown}; give a list of at least one client id as GUID, or null to accept every client.`;
  const audience = (shown: string) =>
    `audience is ${shown}; give the App ID URI or client id that tokens for this API carry, one or several.`;
  const commas = (shown: string) =>
    `scopes is ${shown}; commas do not separate scopes: give a list, such as ["User.Read", "Mail.Read"].`;
  const scopes = (shown: string) => `scopes is ${shown}; give a list of scopes, or '.default'.`;

  it.each<[Record<string, unknown>, string]>([
    [{ instance: 'http://login.microsoftonline.com' }, instance('"http://login.microsoftonline.com"')],
    [{ instance: 'login.microsoftonline.com' }, instance('"login.microsoftonline.com"')],
    [
      { instance: 'https://login.microsoftonline.com/tenant' },
      instance('"https://login.microsoftonline.com/tenant"'),
    ],
    [{ instance: 'https://login.example/?a=b' }, instance('"https://login.example/?a=b"')],
    [{ instance: 'https://login.example/#a' }, instance('"https://login.example/#a"')],
    [{ instance: 'https://user@login.example' }, instance('"https://user@login.example"')],
    [{ instance: 'https://:pw@login.example' }, instance('"https://(hidden)@login.example"')],
    [{ instance: 7 }, instance('7')],
    [{ instance: null }, instance('null')],
    [{ tenantId: undefined }, tenant('missing')],
    [{ tenantId: 'contoso' }, tenant('"contoso"')],
    [{ tenantId: 'consumers' }, tenant('"consumers"')],
    [{ tenantId: '-contoso.com' }, tenant('"-contoso.com"')],
    [{ tenantId: 'contoso.com/path' }, tenant('"contoso.com/path"')],
    [{ tenantId: 'contoso.com?x' }, tenant('"contoso.com?x"')],
    [
      { tenantId: 'common' },
      `tenantId is "common" and allowedTenants is missing; list the tenants that may call as GUIDs, or say 'any' to let every tenant in.`,
    ],
    [
      { tenantId: 'Organizations' },
      `tenantId is "organizations" and allowedTenants is missing; list the tenants that may call as GUIDs, or say 'any' to let every tenant in.`,
    ],
    [{ allowedTenants: [] }, allowedTenants('[]')],
    [{ allowedTenants: ['contoso.com'] }, allowedTenants('["contoso.com"]')],
    [{ allowedTenants: 'all' }, allowedTenants('"all"')],
    [{ allowedTenants: null }, allowedTenants('null')],
    [{ clientId: undefined }, client('missing')],
    [{ clientId: 'my-api' }, client('"my-api"')],
    [{ allowedClientApplications: [] }, clients('[]')],
    [{ allowedClientApplications: ['spa'] }, clients('["spa"]')],
    [{ allowedClientApplications: CLIENT }, clients(`"${CLIENT}"`)],
    [{ audience: [] }, audience('[]')],
    [{ audience: '' }, audience('""')],
    [{ audience: 'api://a api://b' }, audience('"api://a api://b"')],
    [{ audience: null }, audience('null')],
    [{ scopes: 'User.Read,Mail.Read' }, commas('"User.Read,Mail.Read"')],
    [{ scopes: ['User.Read, Mail.Read'] }, commas('["User.Read, Mail.Read"]')],
    [{ scopes: '' }, scopes('""')],
    [{ scopes: ' ' }, scopes('" "')],
    [{ scopes: 'User.Read\n' }, scopes('"User.Read\\n"')],
    [{ scopes: [7] }, scopes('[7]')],
    [{ scopes: null }, scopes('null')],
    [{ scopes: ['User.Read', 7] }, scopes('["User.Read",7]')],
    [{ scopes: ['User.Read', 'a,b'] }, commas('["User.Read","a,b"]')],
    [{ audience: ['api://a', ''] }, audience('["api://a",""]')],
    [
      { clientCapabilities: ['cp1', ''] },
      'clientCapabilities is ["cp1",""]; give a list of strings, such as ["cp1"].',
    ],
    [
      { scopes: 'User.Read' },
      'scopes is "User.Read" and clientCredentials is empty; give the API a credential to exchange tokens with.',
    ],
    [
      { instance: 'https://contoso.ciamlogin.com', tenantId: 'common' },
      'tenantId is "common" and instance is "https://contoso.ciamlogin.com", the login host of one tenant; give that tenant as a GUID, or as its domain such as "contoso.onmicrosoft.com".',
    ],
    [{ clockSkewSeconds: -1 }, 'clockSkewSeconds is -1; give a whole number from 0 to 300.'],
    [{ clockSkewSeconds: 301 }, 'clockSkewSeconds is 301; give a whole number from 0 to 300.'],
    [{ clockSkewSeconds: 1.5 }, 'clockSkewSeconds is 1.5; give a whole number from 0 to 300.'],
    [{ clockSkewSeconds: '60' }, 'clockSkewSeconds is "60"; give a whole number from 0 to 300.'],
    [{ clockSkewSeconds: Number.NaN }, 'clockSkewSeconds is NaN; give a whole number from 0 to 300.'],
    [{ clockSkewSeconds: Infinity }, 'clockSkewSeconds is Infinity; give a whole number from 0 to 300.'],
    [
      { allowWebApiToBeAuthorizedByACL: 'yes' },
      'allowWebApiToBeAuthorizedByACL is "yes"; give true or false.',
    ],
    [{ sendX5C: 'true' }, 'sendX5C is "true"; give true or false.'],
    [{ onTokenValidated: 'log' }, 'onTokenValidated is "log"; give a function, or leave it out.'],
    [{ clientCapabilities: 'cp1' }, 'clientCapabilities is "cp1"; give a list of strings, such as ["cp1"].'],
    [{ clientCapabilities: [''] }, 'clientCapabilities is [""]; give a list of strings, such as ["cp1"].'],
    [{ tokenCache: [] }, 'tokenCache is []; give an object, or leave it out.'],
    [{ tokenCache: null }, 'tokenCache is null; give an object, or leave it out.'],
    [
      { tokenCache: { maxbyte: 1 } },
      'tokenCache.maxbyte is no option of nestjs-entra; did you mean tokenCache.maxBytes?',
    ],
    [
      { tokenCache: { maxBytes: 65_535 } },
      'tokenCache.maxBytes is 65535; give a whole number from 65536 to 9007199254740991.',
    ],
    [
      { tokenCache: { expiryBufferSeconds: 3601 } },
      'tokenCache.expiryBufferSeconds is 3601; give a whole number from 0 to 3600.',
    ],
    [{ network: true }, 'network is true; give an object, or leave it out.'],
    [
      { network: { timeout: 1 } },
      'network.timeout is no option of nestjs-entra; did you mean network.timeoutMs?',
    ],
    [{ network: { timeoutMs: 999 } }, 'network.timeoutMs is 999; give a whole number from 1000 to 120000.'],
    [
      { network: { timeoutMs: 120_001 } },
      'network.timeoutMs is 120001; give a whole number from 1000 to 120000.',
    ],
    [{ network: { retries: 6 } }, 'network.retries is 6; give a whole number from 0 to 5.'],
    [
      { network: { fetch: 'undici' } },
      'network.fetch is "undici"; give a function with the signature of fetch, or leave it out.',
    ],
    [{ showErrorDetails: 'true' }, 'showErrorDetails is "true"; give true or false.'],
    [
      { clientSecret: 'canary' },
      "clientSecret must be part of a credential; use clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: … }].",
    ],
    [{ banana: 'canary' }, 'banana is no option of nestjs-entra; remove it.'],
  ])('%o', (wrong, fault) => {
    expect(faultsOf(wrong)).toEqual([fault]);
  });

  it.each([undefined, null])('options that are %s', (options) => {
    expect(optionFaults(options)).toEqual([
      'No options were given; pass at least { tenantId, clientId } to AuthModule.forRoot(), or call it without an argument to read the environment.',
    ]);
  });

  it('error details in production', () => {
    vi.stubEnv('NODE_ENV', 'production');
    expect(faultsOf({ showErrorDetails: true })).toEqual([
      'showErrorDetails is true while NODE_ENV is "production"; it tells callers what only the log should hold: remove it there.',
    ]);
    expect(faultsOf({ showErrorDetails: false })).toEqual([]);
  });

  it('a value that is no JSON', () => {
    expect(faultsOf({ scopes: () => undefined })).toEqual([scopes('a function')]);
  });

  it('a long value, cut short', () => {
    const [fault] = faultsOf({ clientId: 'x'.repeat(5_000) });
    expect(fault?.length).toBeLessThan(300);
  });
});

describe('optionFaults', () => {
  it('finds a deadline that is too short for its retries, once both are numbers that are accepted', () => {
    const short = 'network.timeoutMs is 1000 and network.retries is 5, which leaves 41 ms for each attempt; ';
    expect(faultsOf({ network: { timeoutMs: 1_000, retries: 5 } })).toEqual([
      `${short}give a timeoutMs of at least 3150, or fewer retries.`,
    ]);
    expect(faultsOf({ network: { timeoutMs: 999, retries: 5 } })).toEqual([
      'network.timeoutMs is 999; give a whole number from 1000 to 120000.',
    ]);
  });

  it('finds every fault at once', () => {
    const wrong = {
      instance: 'http://x',
      tenantId: 'contoso',
      clientId: 'api',
      allowedClientApplications: [],
      audience: '',
      scopes: 'a,b',
      clockSkewSeconds: 999,
      clientCredentials: [{ sourceType: 'ClientSecret' }],
      onTokenValidated: 1,
      clientCapabilities: 1,
      tokenCache: { maxBytes: 1, expiryBufferSeconds: -1 },
      network: { timeoutMs: 1, retries: -1 },
      showErrorDetails: 1,
      tenant: 'x',
    };
    const starts = faultsOf(wrong).map((fault) => fault.split(' ')[0]);
    expect(starts.sort()).toEqual(
      [
        ...Object.keys(wrong).filter(
          (name) => !['tokenCache', 'network', 'clientCredentials'].includes(name),
        ),
        'tokenCache.maxBytes',
        'tokenCache.expiryBufferSeconds',
        'network.timeoutMs',
        'network.retries',
        'clientCredentials[0].clientSecret',
      ].sort(),
    );
  });

  it('finds a fault of allowedTenants beside one of tenantId', () => {
    const starts = faultsOf({ tenantId: 'contoso', allowedTenants: ['contoso.com'] }).map(
      (fault) => fault.split(' ')[0],
    );
    expect(starts).toEqual(['tenantId', 'allowedTenants']);
  });
});
