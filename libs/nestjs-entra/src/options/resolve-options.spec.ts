import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConfigurationError } from '../errors/configuration.error.js';
import type { EntraAuthOptions } from './entra-auth-options.js';
import { resolveOptions } from './resolve-options.js';

const TENANT = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const CLIENT = '2c9d8e71-5a34-4b0f-8a6d-90e1f2a3b4c5';
const resolved = (options: Partial<EntraAuthOptions> = {}) =>
  resolveOptions({
    tenantId: TENANT,
    clientId: CLIENT,
    clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: 's' }],
    ...options,
  });

afterEach(() => vi.unstubAllGlobals());

describe('resolveOptions', () => {
  it('throws one ConfigurationError with every fault', () => {
    const call = () => resolveOptions({ tenantId: '', clientId: '', instance: 'x' });
    expect(call).toThrow(ConfigurationError);
    try {
      call();
    } catch (error) {
      expect((error as ConfigurationError).faults.map((fault) => fault.split(' ')[0])).toEqual([
        'instance',
        'tenantId',
        'clientId',
      ]);
    }
    expect.assertions(2);
  });

  it('completes what is left out with the defaults', () => {
    const options = resolveOptions({ tenantId: TENANT, clientId: CLIENT });
    expect(options).toMatchObject({
      clientId: CLIENT,
      audiences: [CLIENT, `api://${CLIENT}`],
      allowedTenants: undefined,
      allowedClientApplications: null,
      allowWebApiToBeAuthorizedByACL: false,
      clockSkewSeconds: 60,
      clientCredentials: expect.any(Function) as () => [],
      scopes: [],
      onTokenValidated: undefined,
      clientCapabilities: ['cp1'],
      tokenCache: { maxBytes: 268_435_456, expiryBufferSeconds: 300 },
      network: { timeoutMs: 10_000, retries: 1 },
      showErrorDetails: false,
    });
    expect(options.authority.instance).toBe('https://login.microsoftonline.com');
    expect(options.authority.tenant).toBe(TENANT);
  });

  it('keeps what is given', () => {
    const hook = () => undefined;
    const fetch = vi.fn<typeof globalThis.fetch>();
    const options = resolved({
      instance: 'https://login.microsoftonline.us/',
      audience: 'api://mine',
      allowWebApiToBeAuthorizedByACL: true,
      clockSkewSeconds: 0,
      scopes: 'User.Read',
      onTokenValidated: hook,
      clientCapabilities: [],
      tokenCache: { maxBytes: 1_000_000, expiryBufferSeconds: 0 },
      network: { timeoutMs: 2_000, retries: 0, fetch },
      showErrorDetails: true,
    });
    expect(options).toMatchObject({
      audiences: ['api://mine'],
      allowWebApiToBeAuthorizedByACL: true,
      clockSkewSeconds: 0,
      scopes: ['User.Read'],
      onTokenValidated: hook,
      clientCapabilities: [],
      tokenCache: { maxBytes: 1_000_000, expiryBufferSeconds: 0 },
      network: { timeoutMs: 2_000, retries: 0, fetch },
      showErrorDetails: true,
    });
    expect(options.authority.instance).toBe('https://login.microsoftonline.us');
  });

  it('writes GUIDs in lower case, as Entra writes them into tokens', () => {
    const options = resolved({
      clientId: CLIENT.toUpperCase(),
      allowedTenants: [TENANT.toUpperCase()],
      allowedClientApplications: [CLIENT.toUpperCase()],
    });
    expect(options.clientId).toBe(CLIENT);
    expect(options.audiences).toEqual([CLIENT, `api://${CLIENT}`]);
    expect(options.allowedTenants).toEqual(new Set([TENANT]));
    expect(options.allowedClientApplications).toEqual(new Set([CLIENT]));
  });

  it("keeps 'any' as it is", () => {
    expect(resolved({ tenantId: 'common', allowedTenants: 'any' }).allowedTenants).toBe('any');
  });

  it('is frozen, and so is all it holds', () => {
    const options = resolved({ scopes: ['User.Read'] });
    const held = [
      options,
      options.authority,
      options.audiences,
      options.clientCredentials(),
      options.scopes,
      options.clientCapabilities,
      options.tokenCache,
      options.network,
    ];
    expect(held.map((value) => Object.isFrozen(value))).toEqual(held.map(() => true));
  });

  it('does not follow later changes of what was given', () => {
    const audience = ['api://mine'];
    const options = resolved({ audience });
    audience.push('api://another');
    expect(options.audiences).toEqual(['api://mine']);
  });

  it('asks the global fetch of the moment when none is given', async () => {
    const { network } = resolved();
    const fetch = vi.fn<typeof globalThis.fetch>(async () => new Response('later'));
    vi.stubGlobal('fetch', fetch);
    const response = await network.fetch('https://login.example', { method: 'POST' });
    expect(await response.text()).toBe('later');
    expect(fetch).toHaveBeenCalledWith('https://login.example', { method: 'POST' });
  });

  it.each<[string, string | string[] | undefined, string | string[], string[]]>([
    ['the default audiences', undefined, '.default', [`${CLIENT}/.default`]],
    ['the App ID URI of the API itself', `api://${CLIENT}`, '.default', [`${CLIENT}/.default`]],
    ['the same in upper case', `api://${CLIENT.toUpperCase()}`, '.default', [`${CLIENT}/.default`]],
    [
      'an App ID URI of another form',
      'https://contoso.com/api',
      '.default',
      ['https://contoso.com/api/.default'],
    ],
    [
      'each of several audiences',
      ['api://a', 'api://b'],
      ['.default'],
      ['api://a/.default', 'api://b/.default'],
    ],
  ])('spells .default out for %s', (_what, audience, scopes, expected) => {
    expect(resolved({ ...(audience && { audience }), scopes }).scopes).toEqual(expected);
  });

  it.each<[string | string[], string[]]>([
    ['User.Read Mail.Read', ['User.Read', 'Mail.Read']],
    [
      ['User.Read', ' Mail.Read  Files.Read '],
      ['User.Read', 'Mail.Read', 'Files.Read'],
    ],
    [['User.Read', 'User.Read'], ['User.Read']],
    ['api://x/.default', ['api://x/.default']],
    [[], []],
  ])('splits and joins the scopes %j', (scopes, expected) => {
    expect(resolved({ scopes }).scopes).toEqual(expected);
  });
});
