import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createInteractiveStage,
  DESKTOP_REDIRECT,
  refusalOf,
  SPA_REDIRECT,
  WEB_REDIRECT,
  type InteractiveStage,
} from './support/interactive-stage.js';

let stage: InteractiveStage;
beforeAll(async () => {
  stage = await createInteractiveStage();
});
afterAll(() => stage.emulator.stop());

const open = (changes: Record<string, string | undefined> = {}, tenant?: string) =>
  stage.emulator.openBrowser().open(stage.authorizeUrl(changes, tenant));

describe('what may not go back to the client is shown', () => {
  it.each([
    ['a client that is missing', { client_id: undefined }, 'AADSTS900144', 400],
    ['an unknown client', { client_id: '00000000-1111-4222-8333-444444444444' }, 'AADSTS700016', 400],
    ['a redirect URI of somebody else', { redirect_uri: 'https://evil.example/' }, 'AADSTS50011', 400],
    ['a longer path', { redirect_uri: `${SPA_REDIRECT}callback` }, 'AADSTS50011', 400],
    ['a shorter path', { redirect_uri: 'http://localhost:4200' }, 'AADSTS50011', 400],
    ['a query that is not registered', { redirect_uri: `${SPA_REDIRECT}?a=b` }, 'AADSTS50011', 400],
    ['another scheme', { redirect_uri: 'https://localhost:4200/' }, 'AADSTS50011', 400],
    ['a host that begins alike', { redirect_uri: 'http://localhost.evil.example/' }, 'AADSTS50011', 400],
    [
      'user information in front of the host',
      { redirect_uri: 'http://localhost@evil.example/' },
      'AADSTS50011',
      400,
    ],
    ['another letter case', { redirect_uri: 'http://LOCALHOST:4200/' }, 'AADSTS50011', 400],
    ['an impossible port', { redirect_uri: 'http://localhost:99999/' }, 'AADSTS50011', 400],
    ['an empty redirect URI', { redirect_uri: '' }, 'AADSTS50011', 400],
  ])('%s', async (_case, changes, code, status) => {
    const page = await open(changes);
    expect(page.reply).toBeUndefined();
    expect([page.heading, page.status]).toEqual(['We cannot sign you in', status]);
    expect(page.text).toContain(`${code}:`);
    expect(stage.emulator.requests.at(-1)).toMatchObject({
      endpoint: 'authorize',
      aadsts: Number(code.slice(6)),
    });
  });

  it('a parameter that comes twice', async () => {
    const page = await stage.emulator.openBrowser().open(`${stage.authorizeUrl()}&state=other`);
    expect(page.text).toContain('AADSTS9002313:');
    expect(page.reply).toBeUndefined();
  });

  it('a client without a redirect URI, when the request names none', async () => {
    const { clientId } = stage.emulator.addApplication();
    expect((await open({ client_id: clientId, redirect_uri: undefined })).text).toContain('AADSTS500113:');
  });

  it.each([
    ['common', 'AADSTS50194'],
    ['organizations', 'AADSTS50194'],
    ['consumers', 'AADSTS9002332'],
    ['nowhere.example', 'AADSTS90002'],
    ['nowhere', 'AADSTS900023'],
  ])('a single-tenant client under %s', async (tenant, code) => {
    expect((await open({}, tenant)).text).toContain(`${code}:`);
  });

  it('a single-tenant client of another tenant', async () => {
    const { tenantId } = stage.emulator.addTenant();
    expect((await open({}, tenantId)).text).toContain('AADSTS700016:');
  });

  it('a client that is disabled, single-tenant or not', async () => {
    for (const multiTenant of [false, true]) {
      const { clientId } = stage.emulator.addApplication({
        multiTenant,
        disabled: true,
        redirectUris: { spa: [SPA_REDIRECT] },
      });
      expect((await open({ client_id: clientId })).text).toContain('AADSTS7000112:');
    }
  });

  it('markup in a parameter stays text', async () => {
    const page = await open({ redirect_uri: 'https://evil.example/"><script>alert(1)</script>' });
    expect(page.html).not.toContain('<script>');
    expect(page.text).toContain('<script>alert(1)</script>');
  });
});

describe('what is wrong with the rest goes back to the client', () => {
  it.each([
    ['no response type', { response_type: undefined }, 'invalid_request AADSTS900144'],
    [
      'an ID token by the front channel',
      { response_type: 'id_token' },
      'unsupported_response_type AADSTS700054',
    ],
    ['a token by the front channel', { response_type: 'token' }, 'unsupported_response_type AADSTS700051'],
    ['hybrid', { response_type: 'code id_token' }, 'unsupported_response_type AADSTS700054'],
    ['an unknown response type', { response_type: 'ticket' }, 'unsupported_response_type AADSTS70005'],
    ['an unknown response mode', { response_mode: 'pigeon' }, 'invalid_request AADSTS70007'],
    ['no scope', { scope: undefined }, 'invalid_request AADSTS900144'],
    ['a malformed scope', { scope: 'openid a,b' }, 'invalid_scope AADSTS70011'],
    [
      '.default beside a scope',
      { scope: 'api://orders/.default api://orders/Read' },
      'invalid_scope AADSTS70011',
    ],
    ['an unknown prompt', { prompt: 'maybe' }, 'invalid_request AADSTS90023'],
    ['two prompts', { prompt: 'login consent' }, 'invalid_request AADSTS90023'],
    ['a page without PKCE', { code_challenge: undefined }, 'invalid_request AADSTS9002325'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request AADSTS50149'],
    ['a challenge without its method', { code_challenge_method: undefined }, 'invalid_request AADSTS50149'],
    ['a short challenge', { code_challenge: 'short' }, 'invalid_request AADSTS501491'],
    ['claims that are no JSON', { claims: '{' }, 'invalid_request AADSTS9002313'],
    ['the v1.0 resource parameter', { resource: 'api://orders' }, 'invalid_request AADSTS901002'],
  ])('%s', async (_case, changes, refusal) => {
    const page = await open(changes);
    expect(page.status).toBe(302);
    expect(refusalOf(page)).toBe(refusal);
    expect(page.reply).toMatchObject({ redirectUri: SPA_REDIRECT, parameters: { state: 'a state' } });
  });

  it.each([
    ['a resource that is not there', { scope: 'api://nobody/Read' }, 'invalid_resource AADSTS500011'],
    ['a scope that is not there', { scope: 'api://orders/Fly' }, 'invalid_client AADSTS650053'],
  ])('%s, once the user is known', async (_case, changes, refusal) => {
    const page = await stage.choose(stage.emulator.openBrowser(), 'Adele', changes);
    expect(refusalOf(page)).toBe(refusal);
  });

  it('a resource that is disabled', async () => {
    const resource = stage.emulator.addApplication({ disabled: true });
    const page = await stage.choose(stage.emulator.openBrowser(), 'Adele', {
      scope: `${resource.clientId}/access_as_user`,
    });
    expect(refusalOf(page)).toBe('invalid_resource AADSTS50001');
  });

  it('a token for itself by App ID URI', async () => {
    const page = await stage.choose(stage.emulator.openBrowser(), 'Adele', {
      scope: `api://${stage.spa.clientId}/access_as_user`,
    });
    expect(refusalOf(page)).toBe('invalid_resource AADSTS90009');
  });
});

describe('redirect URIs', () => {
  it.each([
    ['spa', 'http://localhost:5555/'],
    ['desktop', DESKTOP_REDIRECT],
    ['desktop', 'http://localhost:49152'],
  ] as const)('on localhost match under any port: %s %s', async (client, redirectUri) => {
    const page = await open({ client_id: stage[client].clientId, redirect_uri: redirectUri });
    expect(page.heading).toBe('Choose a user');
  });

  it('that are registered twice but for the port are taken by the letter', async () => {
    const { clientId } = stage.emulator.addApplication({
      redirectUris: { spa: ['http://localhost:1000/'], web: ['http://localhost:2000/'] },
    });
    const without = { client_id: clientId, code_challenge: undefined, code_challenge_method: undefined };
    expect(refusalOf(await open({ ...without, redirect_uri: 'http://localhost:1000/' }))).toBe(
      'invalid_request AADSTS9002325',
    );
    expect((await open({ ...without, redirect_uri: 'http://localhost:2000/' })).heading).toBe(
      'Choose a user',
    );
  });

  it('default to the one that is registered', async () => {
    const page = await stage.choose(stage.emulator.openBrowser(), 'Adele', {
      client_id: stage.web.clientId,
      redirect_uri: undefined,
      response_mode: undefined,
    });
    expect(page.reply?.redirectUri).toBe(WEB_REDIRECT);
  });

  it.each([
    [
      'http://example.com/',
      'The redirect URI http://example.com/ must begin with https://, or with http://localhost.',
    ],
    ['https://example.com/*', /must be an absolute address/],
    ['https://example.com/#a', /must be an absolute address/],
    ['/callback', /must be an absolute address/],
  ])('%s cannot be registered', (uri, message) => {
    expect(() => stage.emulator.addApplication({ redirectUris: { spa: [uri] } })).toThrow(message);
  });
});

describe('response modes', () => {
  const answered = async (changes: Record<string, string | undefined>) =>
    (await stage.choose(stage.emulator.openBrowser(), 'Adele', changes)).headers.get('location');

  it('fragment', async () => {
    expect(await answered({})).toMatch(/^http:\/\/localhost:4200\/#code=.+&session_state=.+&state=a\+state$/);
  });

  it('query, which is the default', async () => {
    expect(await answered({ response_mode: 'query' })).toMatch(
      /^http:\/\/localhost:4200\/\?code=.+&state=a\+state$/,
    );
    expect(await answered({ response_mode: undefined })).toMatch(/^http:\/\/localhost:4200\/\?code=/);
  });

  it('form_post, by a page that posts itself', async () => {
    const page = await stage.choose(stage.emulator.openBrowser(), 'Adele', {
      client_id: stage.web.clientId,
      redirect_uri: WEB_REDIRECT,
      response_mode: 'form_post',
      state: `"'<&>`,
    });
    expect(page.reply?.redirectUri).toBe(WEB_REDIRECT);
    expect(Object.keys(page.reply?.parameters ?? {})).toEqual([
      'code',
      'client_info',
      'session_state',
      'state',
    ]);
    expect(page.reply?.parameters['state']).toBe(`"'<&>`);
    expect(page.headers.get('content-security-policy')).toMatch(
      /script-src 'sha256-[\w+/=]+'; form-action 'self' https:\/\/web\.example;/,
    );
  });

  it('an address without a path gets one', async () => {
    const location = await answered({
      client_id: stage.desktop.clientId,
      redirect_uri: 'http://localhost:49152',
      response_mode: 'query',
    });
    expect(location).toMatch(/^http:\/\/localhost:49152\/\?code=/);
  });

  it('by POST as well as by GET', async () => {
    const [path = '', query = ''] = stage.authorizeUrl().split('?');
    const response = await stage.emulator.fetch(`${stage.emulator.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: query,
    });
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('Choose a user')]);
    expect((await stage.emulator.fetch(`${stage.emulator.url}${path}`, { method: 'DELETE' })).status).toBe(
      405,
    );
  });

  it('a client that asks for an encrypted answer gets the code that it accepts instead', async () => {
    const page = await stage.choose(stage.emulator.openBrowser(), 'Adele', {
      response_type: 'id_token token refresh_token',
      ear_jwk: 'canary-key',
      ear_jwe_crypto: 'x',
    });
    expect(page.reply?.parameters['code']).toBeDefined();
    expect(JSON.stringify(stage.emulator.requests)).not.toContain('canary-key');
  });

  it('an instance-aware client is told the host', async () => {
    const page = await stage.choose(stage.emulator.openBrowser(), 'Adele', { instance_aware: 'true' });
    expect(page.reply?.parameters['cloud_instance_host_name']).toBe(new URL(stage.emulator.url).host);
  });
});

describe('pages', () => {
  it('may not be framed, run no script and are not kept', async () => {
    const page = await open();
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self' http:\/\/localhost:4200; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    expect(page.headers.get('cache-control')).toContain('no-store');
    expect(page.html).not.toMatch(/<script|\son\w+=|style="/);
    expect(page.html).toMatch(/<html lang="en">[\s\S]*<title>Choose a user - Entra emulator<\/title>/);
  });

  it('explain a code under the address of error_uri', async () => {
    const browser = stage.emulator.openBrowser();
    const known = await browser.open('/error?code=50076');
    expect([known.heading, known.text]).toEqual([
      'AADSTS50076',
      expect.stringContaining('multi-factor authentication'),
    ]);
    expect((await browser.open('/error?code=1')).status).toBe(404);
  });
});
