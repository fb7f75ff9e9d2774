import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createInteractiveStage,
  DESKTOP_REDIRECT,
  pkce,
  SPA_REDIRECT,
  WEB_REDIRECT,
  WEB_SECRET,
  type InteractiveStage,
} from './support/interactive-stage.js';
import { decode, postToken, send, type Answered } from './support/token-client.js';

let stage: InteractiveStage;
beforeAll(async () => {
  stage = await createInteractiveStage();
});
afterAll(() => stage.emulator.stop());

const refused = (code: number, error: string, status = 400) => ({
  status,
  json: { error, error_codes: [code] },
});

/** A code for the web application, and its redemption. */
async function webCode(changes: Record<string, string | undefined> = {}): Promise<string> {
  const { clientId } = stage.web;
  return stage.code({
    client_id: clientId,
    redirect_uri: WEB_REDIRECT,
    code_challenge: undefined,
    code_challenge_method: undefined,
    ...changes,
  });
}
function redeemWeb(
  changes: Record<string, string | undefined>,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const form = {
    grant_type: 'authorization_code',
    client_id: stage.web.clientId,
    client_secret: WEB_SECRET,
    redirect_uri: WEB_REDIRECT,
    ...changes,
  };
  return postToken(stage.emulator, form, undefined, headers);
}

describe('the tokens of a single-page application', () => {
  it('are those of the user who signed in', async () => {
    const { reply } = await stage.choose(stage.emulator.openBrowser(), 'Adele');
    const { code, session_state: sessionId } = reply?.parameters ?? {};
    const answer = await stage.redeem({ code });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      token_type: 'Bearer',
      scope: 'api://orders/Read',
      client_info: expect.any(String),
      refresh_token: expect.any(String),
    });
    const { adele } = stage.users;
    const idToken = decode(answer.json['id_token']).payload;
    expect(idToken).toMatchObject({
      aud: stage.spa.clientId,
      iss: `${stage.emulator.url}/${stage.emulator.tenantId}/v2.0`,
      nonce: 'a nonce',
      name: 'Adele Vance',
      preferred_username: adele.preferredUsername,
      oid: adele.oid,
      tid: stage.emulator.tenantId,
      sid: sessionId,
      ver: '2.0',
    });
    const accessToken = decode(answer.json['access_token']).payload;
    expect(accessToken).toMatchObject({
      aud: stage.api.clientId,
      azp: stage.spa.clientId,
      azpacr: '0',
      scp: 'Read',
      sid: sessionId,
    });
    expect(accessToken).not.toHaveProperty('nonce');
    // The subject is another one for each application (OpenID Connect Core §8.1).
    expect(idToken['sub']).not.toBe(accessToken['sub']);
  });

  it('name the guest by mail address and identity provider', async () => {
    const { reply } = await stage.choose(stage.emulator.openBrowser(), 'Grady');
    const answer = await stage.redeem({ code: reply?.parameters['code'] });
    expect(decode(answer.json['id_token']).payload).toMatchObject({
      email: 'grady@fabrikam.example',
      idp: 'https://sts.windows.net/22222222-aaaa-4bbb-8ccc-0000000000b0/',
    });
  });

  it('without openid and offline_access hold neither ID token nor refresh token', async () => {
    const code = await stage.code({ scope: 'api://orders/Read' });
    const { status, json } = await stage.redeem({ code, scope: 'api://orders/Read', client_info: undefined });
    expect([status, Object.keys(json)]).toEqual([
      200,
      ['token_type', 'scope', 'expires_in', 'ext_expires_in', 'access_token'],
    ]);
  });

  it('are for the scopes of the authorization request, when the redemption names none', async () => {
    const { json } = await stage.redeem({ code: await stage.code(), scope: undefined });
    expect(json).toMatchObject({ scope: 'api://orders/Read', refresh_token: expect.any(String) });
    const openId = await stage.redeem({ code: await stage.code({ scope: 'openid' }), scope: undefined });
    expect(openId.json).toMatchObject({ scope: expect.stringContaining('openid') });
  });

  it('are read by its page, and so are its errors', async () => {
    const answer = await stage.redeem({ code: await stage.code() });
    const wrong = await stage.redeem({ code: await stage.code(), code_verifier: pkce().verifier });
    for (const { headers } of [answer, wrong]) {
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('access-control-expose-headers')).toContain('x-ms-request-id');
    }
    stage.emulator.failNext({ status: 429 });
    const throttled = await stage.redeem({ code: await stage.code() });
    expect([throttled.status, throttled.headers.get('access-control-allow-origin')]).toEqual([429, '*']);
  });
});

describe('a code is refused', () => {
  it('the second time', async () => {
    const code = await stage.code();
    expect((await stage.redeem({ code })).status).toBe(200);
    expect(await stage.redeem({ code })).toMatchObject(refused(54005, 'invalid_grant'));
  });

  it('after ten minutes', async () => {
    const [early, late] = [await stage.code(), await stage.code()];
    stage.clock.now += 10 * 60_000 - 1;
    expect((await stage.redeem({ code: early })).status).toBe(200);
    stage.clock.now += 1;
    expect(await stage.redeem({ code: late })).toMatchObject(refused(70008, 'invalid_grant'));
  });

  it.each([
    ['with the verifier of somebody else', { code_verifier: pkce().verifier }, 501481, 'invalid_grant', 400],
    ['with an empty verifier', { code_verifier: '' }, 501481, 'invalid_grant', 400],
    ['without a verifier', { code_verifier: undefined }, 501481, 'invalid_grant', 400],
    ['with another redirect URI', { redirect_uri: 'http://localhost:4201/' }, 500112, 'invalid_client', 401],
    ['without a redirect URI', { redirect_uri: undefined }, 900144, 'invalid_request', 400],
    ['with a credential', { client_secret: 'x' }, 700025, 'invalid_client', 401],
    ['for a scope without consent', { scope: 'api://orders/Write' }, 65001, 'invalid_grant', 400],
    ['for two resources', { scope: 'api://orders/Read User.Read' }, 28000, 'invalid_request', 400],
    ['with the v1.0 resource parameter', { resource: 'api://orders' }, 901002, 'invalid_request', 400],
  ])('%s, and stays good', async (_case, changes, aadsts, error, status) => {
    const code = await stage.code();
    expect(await stage.redeem({ code, ...changes })).toMatchObject(refused(aadsts, error, status));
    expect((await stage.redeem({ code })).status).toBe(200);
  });

  it('when it is none', async () => {
    expect(await stage.redeem({ code: 'garbage' })).toMatchObject(refused(9002313, 'invalid_grant'));
    expect(await stage.redeem({ code: undefined })).toMatchObject(refused(900144, 'invalid_request'));
  });

  it('of another client', async () => {
    const { clientId } = stage.emulator.addApplication({ redirectUris: { spa: [SPA_REDIRECT] } });
    const answer = await stage.redeem({ code: await stage.code(), client_id: clientId });
    expect(answer).toMatchObject(refused(70000, 'invalid_grant'));
  });

  it('in another tenant', async () => {
    const { tenantId } = stage.emulator.addTenant();
    const { clientId } = stage.emulator.addApplication({
      multiTenant: true,
      provisionedIn: [tenantId],
      redirectUris: { spa: [SPA_REDIRECT] },
    });
    stage.emulator.grantConsent({ clientId, scopes: 'api://orders/Read' });
    const code = await stage.code({ client_id: clientId });
    const form = {
      grant_type: 'authorization_code',
      client_id: clientId,
      redirect_uri: SPA_REDIRECT,
      code,
      code_verifier: stage.keys.verifier,
    };
    const answer = await postToken(stage.emulator, form, tenantId, { origin: 'http://localhost:4200' });
    expect(answer).toMatchObject(refused(700005, 'invalid_grant'));
    const common = await postToken(stage.emulator, form, 'common', { origin: 'http://localhost:4200' });
    expect(common.status).toBe(200);
  });

  it('of a user who was disabled, deleted or revoked since', async () => {
    const { adele } = stage.users;
    const [disabled, deleted, revoked] = [await stage.code(), await stage.code(), await stage.code()];
    adele.disabled = true;
    expect(await stage.redeem({ code: disabled })).toMatchObject(refused(50057, 'invalid_grant'));
    adele.disabled = false;
    adele.deleted = true;
    expect(await stage.redeem({ code: deleted })).toMatchObject(refused(500341, 'invalid_grant'));
    adele.deleted = false;
    stage.emulator.revokeSessions(adele.oid);
    expect(await stage.redeem({ code: revoked })).toMatchObject(refused(50173, 'invalid_grant'));
    stage.clock.now += 1000;
  });

  it('when a policy came since', async () => {
    const code = await stage.code();
    const { policyIds } = stage.emulator.requireClaims({ scope: 'api://orders/Read' });
    const answer = await stage.redeem({ code });
    await send(stage.emulator, `admin/api/conditional-access/${policyIds[0]}`, { method: 'DELETE' });
    expect(answer).toMatchObject(refused(50076, 'invalid_grant'));
  });

  it('with a verifier that belongs to no challenge', async () => {
    const answer = await redeemWeb({ code: await webCode(), code_verifier: pkce().verifier });
    expect(answer).toMatchObject(refused(501481, 'invalid_grant'));
  });
});

describe('across origins', () => {
  it('only a single-page application redeems', async () => {
    const answer = await redeemWeb({ code: await webCode() }, { origin: 'https://web.example' });
    expect(answer).toMatchObject(refused(9002326, 'invalid_request'));
    expect(answer.json['error_description']).toContain("Request origin: 'https://web.example'.");
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('nobody gets a token by a client credential', async () => {
    const form = {
      grant_type: 'client_credentials',
      client_id: stage.web.clientId,
      client_secret: WEB_SECRET,
      scope: 'https://graph.microsoft.com/.default',
    };
    const answer = await postToken(stage.emulator, form, undefined, { origin: 'https://web.example' });
    expect(answer).toMatchObject(refused(9002326, 'invalid_request'));
  });

  it('a single-page application redeems, and in no other way', async () => {
    const code = await stage.code();
    const answer = await stage.redeem({ code }, { origin: undefined });
    expect(answer).toMatchObject(refused(9002327, 'invalid_request'));
    const { json } = await stage.redeem({ code });
    const refreshed = await stage.refresh({ refresh_token: String(json['refresh_token']) }, {});
    expect(refreshed).toMatchObject(refused(9002327, 'invalid_request'));
  });

  it('nobody refreshes what an API got on behalf of a user, even if the API has a page', async () => {
    const { emulator } = stage;
    const api = emulator.addApplication({
      clientSecrets: ['both-secret'],
      redirectUris: { spa: [SPA_REDIRECT] },
    });
    emulator.grantConsent({ clientId: api.clientId, scopes: 'User.Read' });
    const exchanged = await postToken(emulator, {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      requested_token_use: 'on_behalf_of',
      client_id: api.clientId,
      client_secret: 'both-secret',
      scope: 'User.Read offline_access',
      assertion: emulator.issueAccessToken({ aud: api.clientId }),
    });
    const refresh = { client_id: api.clientId, refresh_token: String(exchanged.json['refresh_token']) };
    const changes = { ...refresh, scope: 'User.Read' };
    expect(await stage.refresh(changes)).toMatchObject(refused(9002326, 'invalid_request'));
    expect(await stage.refresh(changes, {})).toMatchObject(refused(7000218, 'invalid_client', 401));
    const own = await stage.refresh({ ...changes, client_secret: 'both-secret' }, {});
    expect(own.status).toBe(200);
  });

  it('a browser may ask first', async () => {
    const path = `${stage.emulator.tenantId}/oauth2/v2.0/token`;
    const { status, headers } = await send(stage.emulator, path, { method: 'OPTIONS' });
    expect([status, headers.get('access-control-allow-methods')]).toEqual([200, 'POST, OPTIONS']);
  });

  it('metadata and keys are open', async () => {
    for (const path of ['v2.0/.well-known/openid-configuration', 'discovery/v2.0/keys']) {
      const { headers } = await send(stage.emulator, `${stage.emulator.tenantId}/${path}`);
      expect(headers.get('access-control-allow-origin')).toBe('*');
    }
  });
});

describe('a web application', () => {
  it('redeems with its secret', async () => {
    const { json } = await redeemWeb({ code: await webCode() });
    expect(decode(json['access_token']).payload).toMatchObject({ azp: stage.web.clientId, azpacr: '1' });
  });

  it('does not without', async () => {
    const code = await webCode();
    expect(await redeemWeb({ code, client_secret: undefined })).toMatchObject(
      refused(7000218, 'invalid_client', 401),
    );
    expect(await redeemWeb({ code, client_secret: 'wrong' })).toMatchObject(
      refused(7000215, 'invalid_client', 401),
    );
  });

  it('needs the verifier of its challenge, if it sent one', async () => {
    const { verifier, challenge } = pkce();
    const challenged = { code_challenge: challenge, code_challenge_method: 'S256' };
    expect(await redeemWeb({ code: await webCode(challenged) })).toMatchObject(
      refused(501481, 'invalid_grant'),
    );
    const right = await redeemWeb({ code: await webCode(challenged), code_verifier: verifier });
    expect(right.status).toBe(200);
  });
});

describe('a desktop application', () => {
  it('redeems without a credential, and refreshes', async () => {
    const { clientId } = stage.desktop;
    const redirectUri = 'http://localhost:51789';
    const code = await stage.code({ client_id: clientId, redirect_uri: redirectUri });
    const form = {
      grant_type: 'authorization_code',
      client_id: clientId,
      redirect_uri: redirectUri,
      code,
      code_verifier: stage.keys.verifier,
    };
    const other = await postToken(stage.emulator, { ...form, redirect_uri: DESKTOP_REDIRECT });
    expect(other).toMatchObject(refused(500112, 'invalid_client', 401));
    const { json } = await postToken(stage.emulator, form);
    const refreshed = await stage.refresh(
      { client_id: clientId, refresh_token: String(json['refresh_token']) },
      {},
    );
    expect(refreshed.json).toMatchObject({ scope: 'api://orders/Read' });
    stage.clock.now += 25 * 60 * 60_000;
    const later = await stage.refresh(
      { client_id: clientId, refresh_token: String(json['refresh_token']) },
      {},
    );
    expect(later.status).toBe(200);
  });
});

describe('a refresh token of a single-page application', () => {
  const signedIn = async () => (await stage.redeem({ code: await stage.code() })).json;

  it('gives new tokens, of the same session and without the nonce', async () => {
    const first = await signedIn();
    const { json, headers } = await stage.refresh({ refresh_token: String(first['refresh_token']) });
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(json['refresh_token']).not.toBe(first['refresh_token']);
    const [before, after] = [decode(first['id_token']).payload, decode(json['id_token']).payload];
    expect(after).toMatchObject({ sub: before['sub'], sid: before['sid'] });
    expect(after).not.toHaveProperty('nonce');
  });

  it('ends a day after the sign-in, however often it was renewed', async () => {
    let { refresh_token: token } = await signedIn();
    for (const hours of [23, 0.99]) {
      stage.clock.now += hours * 60 * 60_000;
      const { json, status } = await stage.refresh({ refresh_token: String(token) });
      expect(status).toBe(200);
      token = json['refresh_token'];
    }
    stage.clock.now += 0.01 * 60 * 60_000;
    expect(await stage.refresh({ refresh_token: String(token) })).toMatchObject(
      refused(700084, 'invalid_grant'),
    );
  });

  it('belongs to its client', async () => {
    const { refresh_token: token } = await signedIn();
    const { clientId } = stage.emulator.addApplication({ redirectUris: { spa: [SPA_REDIRECT] } });
    const answer = await stage.refresh({ client_id: clientId, refresh_token: String(token) });
    expect(answer).toMatchObject(refused(70000, 'invalid_grant'));
  });

  it('ends with the sessions of the user', async () => {
    const { refresh_token: token } = await signedIn();
    stage.emulator.revokeSessions(stage.users.adele.oid);
    expect(await stage.refresh({ refresh_token: String(token) })).toMatchObject(
      refused(50173, 'invalid_grant'),
    );
    stage.clock.now += 1000;
    expect((await stage.redeem({ code: await stage.code() })).status).toBe(200);
  });

  it('asks for consent to more', async () => {
    const { refresh_token: token } = await signedIn();
    const answer = await stage.refresh({ refresh_token: String(token), scope: 'api://orders/Write' });
    expect(answer).toMatchObject(refused(65001, 'invalid_grant'));
  });

  it('proves no more than the sign-in did, whatever the claims demand', async () => {
    const { policyIds } = stage.emulator.requireClaims({ scope: 'api://orders/Manage' });
    const demands = [
      JSON.stringify({ access_token: { capolids: { essential: true, values: policyIds } } }),
      JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } }),
    ];
    const { refresh_token: weak } = await signedIn();
    for (const claims of demands) {
      const answer = await stage.refresh({ refresh_token: String(weak), claims });
      expect(answer).toMatchObject(refused(50076, 'invalid_grant'));
      expect(answer.json['claims']).toBe(claims);

      const browser = stage.emulator.openBrowser();
      const asked = await stage.choose(browser, 'Adele', { claims });
      const otp = /\b\d{6}\b/.exec(asked.text)?.[0] ?? '';
      const done = await browser.press(asked, 'Verify', { otp });
      const { json } = await stage.redeem({ code: done.reply?.parameters['code'] ?? '' });
      const renewed = await stage.refresh({ refresh_token: String(json['refresh_token']), claims });
      expect(renewed.status).toBe(200);
    }
    const capabilities = '{"access_token":{"xms_cc":{"values":["cp1"]}}}';
    expect((await stage.refresh({ refresh_token: String(weak), claims: capabilities })).status).toBe(200);
  });

  it('is in no record', async () => {
    const { refresh_token: token, id_token: idToken } = await signedIn();
    await stage.refresh({ refresh_token: String(token) });
    const text = JSON.stringify(stage.emulator.requests);
    for (const secret of [token, idToken, stage.keys.verifier, WEB_SECRET]) {
      expect(text).not.toContain(String(secret));
    }
  });
});
