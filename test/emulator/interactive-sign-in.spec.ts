import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  createInteractiveStage,
  refusalOf,
  SPA_REDIRECT,
  WEB_REDIRECT,
  type InteractiveStage,
} from './support/interactive-stage.js';
import { decode } from './support/token-client.js';

let stage: InteractiveStage;
beforeAll(async () => {
  stage = await createInteractiveStage();
});
afterAll(() => stage.emulator.stop());

const MFA = 'AADSTS50076';

/** A policy for the length of one test. */
async function requireClaims(policy: Parameters<InteractiveStage['emulator']['requireClaims']>[0]) {
  const { policyIds } = stage.emulator.requireClaims(policy);
  onTestFinished(async () => {
    const path = `/admin/api/conditional-access/${policyIds[0]}`;
    await stage.emulator.fetch(`${stage.emulator.url}${path}`, { method: 'DELETE' });
  });
  return policyIds;
}

describe('choosing a user', () => {
  it('signs in, and the next request goes on by itself', async () => {
    const browser = stage.emulator.openBrowser();
    const first = await browser.open(stage.authorizeUrl());
    expect(first.heading).toBe('Choose a user');
    expect(first.buttons.map(({ text }) => text.split(' ')[0])).toEqual([
      'Adele',
      'Ben',
      'Megan',
      'Grady',
      'Dora',
    ]);
    const second = await browser.press(first, 'Adele');
    expect(second.reply).toMatchObject({ redirectUri: SPA_REDIRECT, parameters: { state: 'a state' } });
    const third = await browser.open(stage.authorizeUrl());
    expect(third.reply?.parameters['session_state']).toBe(second.reply?.parameters['session_state']);
    expect(third.reply?.parameters['code']).not.toBe(second.reply?.parameters['code']);
  });

  it('hands over who it was, when asked', async () => {
    const { reply } = await stage.choose(stage.emulator.openBrowser(), 'Ben');
    const info = Buffer.from(reply?.parameters['client_info'] ?? '', 'base64url').toString();
    expect(JSON.parse(info)).toEqual({ uid: stage.users.ben.oid, utid: stage.emulator.tenantId });
    const without = await stage.choose(stage.emulator.openBrowser(), 'Ben', { client_info: undefined });
    expect(without.reply?.parameters).not.toHaveProperty('client_info');
  });

  it('comes again for prompt=login and prompt=select_account', async () => {
    const browser = stage.emulator.openBrowser();
    await stage.choose(browser, 'Adele');
    for (const prompt of ['login', 'select_account']) {
      const page = await browser.open(stage.authorizeUrl({ prompt }));
      expect(page.heading).toBe('Choose a user');
      expect(page.buttons[0]?.text).toContain('signed in');
    }
  });

  it('comes again when two are signed in, and a hint decides', async () => {
    const browser = stage.emulator.openBrowser();
    await stage.choose(browser, 'Adele');
    await stage.choose(browser, 'Ben', { prompt: 'select_account' });
    expect((await browser.open(stage.authorizeUrl())).heading).toBe('Choose a user');
    const hinted = await browser.open(
      stage.authorizeUrl({ login_hint: stage.users.ben.preferredUsername.toUpperCase() }),
    );
    const { uid } = JSON.parse(
      Buffer.from(hinted.reply?.parameters['client_info'] ?? '', 'base64url').toString(),
    ) as { uid: string };
    expect(uid).toBe(stage.users.ben.oid);
  });

  it('names the hinted user first, and only users of the hinted domain', async () => {
    const browser = stage.emulator.openBrowser();
    const hinted = await browser.open(stage.authorizeUrl({ login_hint: 'grady@fabrikam.example' }));
    expect(hinted.buttons[0]?.text).toMatch(/^Grady Archie .*guest/);
    stage.emulator.addUser({ name: 'Nora North', preferredUsername: 'nora@north.example' });
    const ofDomain = await browser.open(stage.authorizeUrl({ domain_hint: 'north.example' }));
    expect(ofDomain.buttons.map(({ value }) => value)).toHaveLength(1);
  });

  it('is of the tenant of the path', async () => {
    const { tenantId } = stage.emulator.addTenant();
    stage.emulator.addUser({ name: 'Tina Other', tenantId });
    const { clientId } = stage.emulator.addApplication({
      multiTenant: true,
      redirectUris: { spa: [SPA_REDIRECT] },
    });
    const names = async (tenant: string) =>
      (
        await stage.emulator.openBrowser().open(stage.authorizeUrl({ client_id: clientId }, tenant))
      ).buttons.map(({ text }) => text.split(' ')[0]);
    expect(await names(tenantId)).toEqual(['Tina']);
    expect(await names(stage.emulator.tenantId)).not.toContain('Tina');
    expect(await names('organizations')).toEqual(expect.arrayContaining(['Adele', 'Tina']));
  });

  it.each([['a disabled user', 'Dora', 'AADSTS50057']])('shows why %s may not', async (_case, name, code) => {
    const page = await stage.choose(stage.emulator.openBrowser(), name);
    expect(page.text).toContain(`${code}:`);
    expect(page.reply).toBeUndefined();
  });

  it('shows a user who is not assigned why', async () => {
    const { clientId } = stage.emulator.addApplication({
      appRoleAssignmentRequired: true,
      assignedUsers: [stage.users.ben.oid],
      redirectUris: { spa: [SPA_REDIRECT] },
    });
    stage.emulator.grantConsent({ clientId, scopes: 'api://orders/Read' });
    const refused = await stage.choose(stage.emulator.openBrowser(), 'Adele', { client_id: clientId });
    expect(refused.text).toContain('AADSTS50105:');
    const accepted = await stage.choose(stage.emulator.openBrowser(), 'Ben', { client_id: clientId });
    expect(accepted.reply?.parameters['code']).toBeDefined();
  });
});

describe('prompt=none', () => {
  const silently = (browser = stage.emulator.openBrowser(), changes: Record<string, string> = {}) =>
    browser.open(stage.authorizeUrl({ prompt: 'none', ...changes }));

  it('needs somebody who is signed in', async () => {
    expect(refusalOf(await silently())).toBe('login_required AADSTS50058');
  });

  it('renews without a page', async () => {
    const browser = stage.emulator.openBrowser();
    const signedIn = await stage.choose(browser, 'Adele');
    const sid = signedIn.reply?.parameters['session_state'] ?? '';
    expect((await silently(browser, { sid })).reply?.parameters['code']).toBeDefined();
    expect((await silently(browser)).reply?.parameters['code']).toBeDefined();
    expect(refusalOf(await silently(browser, { sid: 'another' }))).toBe('interaction_required AADSTS160021');
    expect(refusalOf(await silently(browser, { login_hint: 'ben@contoso.example' }))).toBe(
      'login_required AADSTS50058',
    );
  });

  it('does not choose among two', async () => {
    const browser = stage.emulator.openBrowser();
    await stage.choose(browser, 'Adele');
    await stage.choose(browser, 'Ben', { prompt: 'login' });
    expect(refusalOf(await silently(browser))).toBe('interaction_required AADSTS16000');
  });

  it('asks for consent and for multi-factor authentication by an error', async () => {
    const browser = stage.emulator.openBrowser();
    await stage.choose(browser, 'Adele');
    expect(refusalOf(await silently(browser, { scope: 'api://orders/Write' }))).toBe(
      'consent_required AADSTS65001',
    );
    const [policyId] = await requireClaims({ scope: 'api://orders/Read' });
    const refused = await silently(browser);
    expect(refusalOf(refused)).toBe(`interaction_required ${MFA}`);
    expect(refused.reply?.parameters['claims']).toBe(
      `{"access_token":{"capolids":{"essential":true,"values":["${policyId}"]}}}`,
    );
  });

  it('answers a blocked user by an error too', async () => {
    const browser = stage.emulator.openBrowser();
    await stage.choose(browser, 'Adele');
    await requireClaims({ scope: 'api://orders/Read', code: 53003 });
    expect(refusalOf(await silently(browser))).toBe('interaction_required AADSTS53003');
  });

  it('ends with the sessions of the user', async () => {
    const user = stage.emulator.addUser({ name: 'Rita Revoked' });
    const browser = stage.emulator.openBrowser();
    await stage.choose(browser, 'Rita');
    stage.emulator.revokeSessions(user.oid);
    expect(refusalOf(await silently(browser))).toBe('login_required AADSTS50058');
    stage.clock.now += 1000;
    expect((await stage.choose(browser, 'Rita')).reply?.parameters['code']).toBeDefined();
  });
});

describe('consent', () => {
  const WRITE = { scope: 'openid api://orders/Write' };

  it('is asked for what is missing, and remembered', async () => {
    const browser = stage.emulator.openBrowser();
    const page = await stage.choose(browser, 'Ben', WRITE);
    expect(page.heading).toBe('Permissions requested');
    expect(page.text).toContain(`Orders page ( ${stage.spa.clientId} ) wants to:`);
    expect(page.text).toContain('use Write of Orders API for you');
    expect(page.text).not.toContain('use Read');
    const done = await browser.press(page, 'Accept');
    expect(done.reply?.parameters['code']).toBeDefined();
    expect((await browser.open(stage.authorizeUrl(WRITE))).reply?.parameters['code']).toBeDefined();
    // It was Ben's consent, and nobody else's.
    const other = await stage.choose(stage.emulator.openBrowser(), 'Adele', WRITE);
    expect(other.heading).toBe('Permissions requested');
  });

  it('may be refused', async () => {
    const browser = stage.emulator.openBrowser();
    const refused = await browser.press(await stage.choose(browser, 'Adele', WRITE), 'Cancel');
    expect(refusalOf(refused)).toBe('access_denied AADSTS65004');
    expect(refused.reply?.parameters).toMatchObject({ error_subcode: 'cancel', state: 'a state' });
    expect((await browser.open(stage.authorizeUrl(WRITE))).heading).toBe('Permissions requested');
  });

  it('is asked for again with prompt=consent', async () => {
    const browser = stage.emulator.openBrowser();
    const page = await stage.choose(browser, 'Adele', { prompt: 'consent' });
    expect(page.text).toContain('use Read of Orders API for you');
    expect((await browser.press(page, 'Accept')).reply?.parameters['code']).toBeDefined();
  });

  it('is asked for the words of OpenID Connect by a client that has none yet', async () => {
    const { clientId } = stage.emulator.addApplication({ redirectUris: { spa: [SPA_REDIRECT] } });
    const changes = { client_id: clientId, scope: 'openid offline_access' };
    const page = await stage.choose(stage.emulator.openBrowser(), 'Adele', changes);
    expect(page.text).toContain('sign you in ( openid )');
  });

  it('covers several resources at once', async () => {
    const browser = stage.emulator.openBrowser();
    const page = await stage.choose(browser, 'Megan', { scope: 'api://orders/Write Mail.Read' });
    expect(page.text).toContain('use Write of Orders API for you');
    expect(page.text).toContain('use Mail.Read of Microsoft Graph for you');
    expect((await browser.press(page, 'Accept')).reply?.parameters['code']).toBeDefined();
  });

  it('to some scopes is for an administrator', async () => {
    const browser = stage.emulator.openBrowser();
    const page = await stage.choose(browser, 'Ben', { scope: 'api://orders/Manage' });
    expect(page.heading).toBe('Need admin approval');
    expect(page.buttons.map(({ text }) => text)).toEqual(['Go back to the application']);
    // Somebody who forges the button that is not there gets no further.
    const forged = await browser.press(
      { ...page, buttons: [{ text: 'Forged', name: 'decision', value: 'accept' }] },
      'Forged',
    );
    expect(forged.heading).toBe('Need admin approval');
    expect(refusalOf(await browser.press(forged, 'Go back'))).toBe('access_denied AADSTS90094');
  });

  it('of an administrator may be for everybody', async () => {
    const manage = { scope: 'api://orders/Manage' };
    const browser = stage.emulator.openBrowser();
    const page = await stage.choose(browser, 'Megan', manage);
    expect(page.text).toContain('Consent on behalf of your organization');
    await browser.press(page, 'Accept', { organization: 'true' });
    const other = await stage.choose(stage.emulator.openBrowser(), 'Ben', manage);
    expect(other.reply?.parameters['code']).toBeDefined();
  });

  it('of somebody else is not for everybody', async () => {
    const { clientId } = stage.emulator.addApplication({ redirectUris: { spa: [SPA_REDIRECT] } });
    const browser = stage.emulator.openBrowser();
    const page = await stage.choose(browser, 'Ben', { client_id: clientId });
    await browser.press(page, 'Accept', { organization: 'true' });
    const other = await stage.choose(stage.emulator.openBrowser(), 'Adele', { client_id: clientId });
    expect(other.heading).toBe('Permissions requested');
  });

  it('installs a multi-tenant client and its API in the tenant of the user', async () => {
    const { tenantId } = stage.emulator.addTenant();
    stage.emulator.addUser({ name: 'Tom Tenant', tenantId });
    const resource = stage.emulator.addApplication({ multiTenant: true, scopes: ['Read'] });
    const { clientId } = stage.emulator.addApplication({
      multiTenant: true,
      redirectUris: { publicClient: ['http://localhost'] },
    });
    const tokens = await stage.emulator.signIn({
      clientId,
      user: 'tom.tenant@' + `tenant-${tenantId.slice(0, 8)}.onmicrosoft.com`,
      tenant: 'common',
      scopes: [`${resource.clientId}/Read`],
    });
    expect(decode(tokens.accessToken).payload).toMatchObject({ tid: tenantId, scp: 'Read' });
  });
});

describe('multi-factor authentication', () => {
  it('is asked for a guarded scope, and once in a session', async () => {
    await requireClaims({ scope: 'api://orders/Read' });
    const browser = stage.emulator.openBrowser();
    const page = await stage.choose(browser, 'Adele');
    expect(page.heading).toBe('Verify your identity');
    const wrong = await browser.press(page, 'Verify', { otp: '000000' });
    expect(wrong.text).toContain('That code is not right.');
    expect(wrong.reply).toBeUndefined();
    const otp = /\b\d{6}\b/.exec(wrong.text)?.[0] ?? '';
    expect((await browser.press(wrong, 'Verify', { otp })).reply?.parameters['code']).toBeDefined();
    expect((await browser.open(stage.authorizeUrl())).reply?.parameters['code']).toBeDefined();
    // A fresh sign-in proves nothing of the earlier one.
    const fresh = await stage.choose(browser, 'Adele', { prompt: 'login' });
    expect(fresh.heading).toBe('Verify your identity');
  });

  it('may be given up', async () => {
    await requireClaims({ scope: 'api://orders/Read' });
    const browser = stage.emulator.openBrowser();
    const page = await stage.choose(browser, 'Adele');
    expect(refusalOf(await browser.press(page, 'Cancel'))).toBe('access_denied AADSTS500121');
  });

  it('is asked for before consent, and nobody skips it', async () => {
    await requireClaims({ scope: 'api://orders/Write' });
    const browser = stage.emulator.openBrowser();
    const page = await stage.choose(browser, 'Grady', { scope: 'api://orders/Write' });
    const skipped = await browser.press(
      {
        ...page,
        action: page.action?.replace('multi-factor', 'consent'),
        buttons: [{ text: 'Forged', name: 'decision', value: 'accept' }],
      },
      'Forged',
    );
    expect(skipped.heading).toBe('Verify your identity');
    const otp = /\b\d{6}\b/.exec(skipped.text)?.[0] ?? '';
    expect((await browser.press(skipped, 'Verify', { otp })).heading).toBe('Permissions requested');
  });

  it('is asked for by a claims challenge, and the API behind then exchanges', async () => {
    const { emulator, api, users } = stage;
    const downstream = emulator.addApplication({ scopes: ['Payroll'] });
    emulator.grantConsent({ clientId: api.clientId, scopes: `${downstream.clientId}/Payroll` });
    await requireClaims({ scope: `${downstream.clientId}/Payroll` });
    const exchange = async (assertion: string) => {
      const response = await emulator.fetch(`${emulator.url}/${emulator.tenantId}/oauth2/v2.0/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
          requested_token_use: 'on_behalf_of',
          client_id: api.clientId,
          client_secret: 'api-secret',
          scope: `${downstream.clientId}/Payroll`,
          assertion,
        }).toString(),
      });
      return (await response.json()) as Record<string, unknown>;
    };
    const signIn = { clientId: stage.spa.clientId, user: users.adele.oid, scopes: ['api://orders/Read'] };
    const before = await emulator.signIn(signIn);
    const refused = await exchange(before.accessToken);
    expect(refused).toMatchObject({ error_codes: [50076] });
    const after = await emulator.signIn({ ...signIn, claims: String(refused['claims']) });
    expect(await exchange(after.accessToken)).toMatchObject({ scope: `${downstream.clientId}/Payroll` });
  });

  it('proves an authentication context, which the token then names', async () => {
    const { emulator, spa } = stage;
    const signIn = { clientId: spa.clientId, scopes: ['api://orders/Read'] };
    const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
    expect(decode((await emulator.signIn(signIn)).accessToken).payload).not.toHaveProperty('acrs');
    expect(decode((await emulator.signIn({ ...signIn, claims })).accessToken).payload['acrs']).toEqual([
      'c1',
    ]);
  });

  it('does not help where access is blocked', async () => {
    await requireClaims({ scope: 'api://orders/Read', code: 53003 });
    const page = await stage.choose(stage.emulator.openBrowser(), 'Adele');
    expect(page.text).toContain('AADSTS53003:');
    expect(page.reply).toBeUndefined();
  });

  it('is for the user of the policy alone', async () => {
    await requireClaims({ scope: 'api://orders/Read', userId: stage.users.ben.oid });
    expect((await stage.choose(stage.emulator.openBrowser(), 'Adele')).reply).toBeDefined();
    expect((await stage.choose(stage.emulator.openBrowser(), 'Ben')).heading).toBe('Verify your identity');
  });
});

describe('a claims challenge for a newer sign-in', () => {
  it('asks the user again', async () => {
    const browser = stage.emulator.openBrowser();
    await stage.choose(browser, 'Adele');
    const at = Math.floor(stage.clock.now / 1000);
    const claims = (nbf: number) =>
      JSON.stringify({ access_token: { nbf: { essential: true, value: String(nbf) } } });
    expect((await browser.open(stage.authorizeUrl({ claims: claims(at - 5) }))).reply).toBeDefined();
    expect((await browser.open(stage.authorizeUrl({ claims: claims(at + 60) }))).heading).toBe(
      'Choose a user',
    );
  });
});

describe('a form', () => {
  const started = async () => {
    const browser = stage.emulator.openBrowser();
    return { browser, page: await browser.open(stage.authorizeUrl()) };
  };

  it('of another browser is refused', async () => {
    const { page } = await started();
    const stranger = await started();
    const refused = await stranger.browser.press(page, 'Adele');
    expect(refused.text).toContain('AADSTS165000:');
    expect((await stage.emulator.openBrowser().press(page, 'Adele')).text).toContain('AADSTS165000:');
  });

  it('from a page of another origin is refused', async () => {
    const { page } = await started();
    const cookie = String(page.headers.get('set-cookie')).split(';')[0] ?? '';
    const post = async (headers: Record<string, string>) => {
      const response = await stage.emulator.fetch(`${stage.emulator.url}${page.action}`, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/x-www-form-urlencoded', cookie, ...headers },
        body: new URLSearchParams({ ...page.fields, user: stage.users.adele.oid }).toString(),
      });
      return [response.status, await response.text()];
    };
    const refused = [400, expect.stringContaining('AADSTS165000:')];
    expect(await post({ origin: 'http://localhost:4200' })).toEqual(refused);
    expect(await post({ origin: 'null' })).toEqual(refused);
    expect(await post({ 'sec-fetch-site': 'cross-site' })).toEqual(refused);
    expect(await post({ 'sec-fetch-site': 'same-site' })).toEqual(refused);
    expect((await post({ origin: stage.emulator.url, 'sec-fetch-site': 'same-origin' }))[0]).toBe(302);
  });

  it('is good for one answer, and for a quarter of an hour', async () => {
    const { browser, page } = await started();
    await browser.press(page, 'Adele');
    expect((await browser.press(page, 'Adele')).text).toContain('AADSTS165000:');
    expect(JSON.stringify(stage.emulator.requests)).not.toContain(page.fields['transaction']);
    const late = await browser.open(stage.authorizeUrl({ prompt: 'login' }));
    stage.clock.now += 15 * 60_000;
    expect((await browser.press(late, 'Adele')).text).toContain('AADSTS50089:');
  });

  it('cannot choose a user who is not offered', async () => {
    const { browser, page } = await started();
    const forged = { ...page, buttons: [{ text: 'Forged', name: 'user', value: '0'.repeat(8) }] };
    expect((await browser.press(forged, 'Forged')).heading).toBe('Choose a user');
  });

  it('goes no further for a user whose sessions were revoked meanwhile', async () => {
    const user = stage.emulator.addUser({ name: 'Rolf Revoked' });
    const browser = stage.emulator.openBrowser();
    const consent = await stage.choose(browser, 'Rolf', { scope: 'api://orders/Write' });
    stage.emulator.revokeSessions(user.oid);
    const again = await browser.press(consent, 'Accept');
    expect(again.heading).toBe('Choose a user');
    stage.clock.now += 1000;
  });

  it('is posted', async () => {
    const response = await stage.emulator.fetch(`${stage.emulator.url}/${stage.emulator.tenantId}/login`);
    expect(response.status).toBe(405);
  });
});

describe('the session cookie', () => {
  it('is out of the reach of scripts and networks, and comes along in a frame of another site', async () => {
    const page = await stage.emulator.openBrowser().open(stage.authorizeUrl());
    const { port } = new URL(stage.emulator.url);
    expect(page.headers.get('set-cookie')).toMatch(
      new RegExp(`^__Host-EntraEmulator-${port}=[\\w-]{43}; Path=/; Secure; HttpOnly; SameSite=None$`),
    );
  });

  it('that was not given out here is replaced', async () => {
    const { port } = new URL(stage.emulator.url);
    const planted = `__Host-EntraEmulator-${port}=planted`;
    const response = await stage.emulator.fetch(`${stage.emulator.url}${stage.authorizeUrl()}`, {
      headers: { cookie: planted },
    });
    await response.text();
    expect(response.headers.get('set-cookie')).not.toContain('planted');
  });
});

describe('signing out', () => {
  const logout = (parameters: Record<string, string> = {}) =>
    `/${stage.emulator.tenantId}/oauth2/v2.0/logout?${new URLSearchParams(parameters).toString()}`;

  it('ends the session and goes back to a registered address', async () => {
    const browser = stage.emulator.openBrowser();
    await stage.choose(browser, 'Adele');
    const page = await browser.open(logout({ post_logout_redirect_uri: SPA_REDIRECT, state: 'x' }));
    expect(page.headers.get('location')).toBe(`${SPA_REDIRECT}?state=x`);
    expect((await browser.open(stage.authorizeUrl())).heading).toBe('Choose a user');
  });

  it('does not go to an address that is not registered', async () => {
    const browser = stage.emulator.openBrowser();
    const page = await browser.open(logout({ post_logout_redirect_uri: 'https://evil.example/' }));
    expect([page.status, page.heading]).toEqual([200, 'You signed out of your account']);
    expect((await browser.open(logout())).heading).toBe('You signed out of your account');
  });

  it('with a hint signs out one account', async () => {
    const browser = stage.emulator.openBrowser();
    await stage.choose(browser, 'Adele');
    await stage.choose(browser, 'Ben', { prompt: 'select_account' });
    await browser.open(logout({ logout_hint: stage.users.adele.preferredUsername }));
    const { reply } = await browser.open(stage.authorizeUrl({ prompt: 'none' }));
    const info = Buffer.from(reply?.parameters['client_info'] ?? '', 'base64url').toString();
    expect(info).toContain(stage.users.ben.oid);
  });

  it('with an ID token goes to addresses of its client alone', async () => {
    const { idToken } = await stage.emulator.signIn({ clientId: stage.spa.clientId });
    const browser = stage.emulator.openBrowser();
    const to = (uri: string, hint = idToken) =>
      browser.open(logout({ post_logout_redirect_uri: uri, id_token_hint: hint }));
    expect((await to(SPA_REDIRECT)).headers.get('location')).toBe(SPA_REDIRECT);
    expect((await to(WEB_REDIRECT)).headers.get('location')).toBeNull();
    expect(JSON.stringify(stage.emulator.requests)).not.toContain(idToken);
    // A forged one counts for nothing: without a hint, any registered address will do.
    const [header, , signature] = idToken.split('.');
    const forged = { ...decode(idToken).payload, aud: stage.desktop.clientId };
    const payload = Buffer.from(JSON.stringify(forged)).toString('base64url');
    expect((await to(WEB_REDIRECT, [header, payload, signature].join('.'))).headers.get('location')).toBe(
      WEB_REDIRECT,
    );
  });
});

describe('signIn', () => {
  it('gives the tokens of the user', async () => {
    const tokens = await stage.emulator.signIn({
      clientId: stage.web.clientId,
      user: stage.users.megan.preferredUsername,
      scopes: ['api://orders/Read'],
    });
    expect(decode(tokens.accessToken).payload).toMatchObject({
      aud: stage.api.clientId,
      azp: stage.web.clientId,
      azpacr: '1',
      oid: stage.users.megan.oid,
      scp: 'Read',
    });
    expect(tokens).toMatchObject({ scope: 'api://orders/Read', expiresIn: expect.any(Number) });
  });

  it('throws what Entra says', async () => {
    const { clientId } = stage.spa;
    await expect(stage.emulator.signIn({ clientId, prompt: 'none' })).rejects.toThrow(/^AADSTS50058: /);
    await expect(
      stage.emulator.signIn({
        clientId,
        user: stage.users.grady.oid,
        scopes: ['Mail.Read'],
        consents: false,
      }),
    ).rejects.toThrow(/^AADSTS65004: User declined to consent to access the app\./);
    await expect(stage.emulator.signIn({ clientId, user: stage.users.disabled.oid })).rejects.toThrow(
      /AADSTS50057: The user account is disabled\./,
    );
    await expect(stage.emulator.signIn({ clientId: 'x' })).rejects.toThrow(
      'signIn: there is no application x. Add it with addApplication first.',
    );
    await expect(stage.emulator.signIn({ clientId, user: 'x' })).rejects.toThrow(
      'signIn: there is no user x. Add one with addUser first.',
    );
  });
});
