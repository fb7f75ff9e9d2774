import { createPublicKey } from 'node:crypto';
import { verify } from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EntraEmulator } from 'entra-emulator';
import { ARM, createStage, GRAPH, SECRET, type Stage } from './support/stage.js';
import { decode, postToken, send, type Answered } from './support/token-client.js';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const V2_USER =
  'aud iss iat nbf exp aio azp azpacr name oid preferred_username rh scp sid sub tid uti ver xms_ftd';
const V2_APP = 'aud iss iat nbf exp aio azp azpacr oid rh sub tid uti ver xms_ftd';
const V1_APP = 'aud iss iat nbf exp aio appid appidacr idp oid rh sub tid uti ver xms_ftd';

let stage: Stage;
beforeAll(async () => {
  stage = await createStage();
});
afterAll(() => stage.emulator.stop());

/** Verifies a token as a resource would, with the published keys and another library. */
async function verified(token: string): Promise<unknown> {
  const { emulator, clock } = stage;
  const { json } = await send(emulator, `${emulator.tenantId}/discovery/v2.0/keys`);
  const keys = json['keys'] as { kid: string }[];
  const jwk = keys.find(({ kid }) => kid === decode(token).header['kid']);
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
  return verify(token, key, { algorithms: ['RS256'], clockTimestamp: Math.floor(clock.now / 1000) });
}

function names(token: unknown): string {
  return Object.keys(decode(token).payload).join(' ');
}

function seconds(): number {
  return Math.floor(stage.clock.now / 1000);
}

describe('the answer to an exchange', () => {
  it('has the members of Entra, in its order', async () => {
    const { json, headers } = await stage.exchange({
      scope: 'User.Read openid offline_access',
      client_info: '1',
    });
    expect(Object.keys(json)).toEqual([
      'token_type',
      'scope',
      'expires_in',
      'ext_expires_in',
      'access_token',
      'refresh_token',
      'id_token',
      'client_info',
    ]);
    expect(json['token_type']).toBe('Bearer');
    expect(json['ext_expires_in']).toBe(json['expires_in']);
    expect(json['expires_in']).toBe(Number(decode(json['access_token']).payload['exp']) - seconds() - 1);
    expect(JSON.parse(Buffer.from(String(json['client_info']), 'base64url').toString())).toEqual({
      uid: stage.user.oid,
      utid: stage.emulator.tenantId,
    });
    expect(String(json['refresh_token']).length).toBeGreaterThan(1000);
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store, no-cache',
      pragma: 'no-cache',
      expires: '-1',
      'content-type': 'application/json; charset=utf-8',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      p3p: 'CP="DSP CUR OTPi IND OTRi ONL FIN"',
      'x-xss-protection': '0',
      'x-ms-request-id': expect.stringMatching(GUID),
      'x-ms-ests-server': expect.stringMatching(/ProdSlices$/),
    });
    expect(headers.has('client-request-id')).toBe(false);
  });

  it('has no refresh token, ID token or client_info unless asked', async () => {
    const { json } = await stage.exchange();
    expect(Object.keys(json)).toEqual([
      'token_type',
      'scope',
      'expires_in',
      'ext_expires_in',
      'access_token',
    ]);
  });

  it('without a user has neither scope nor refresh token', async () => {
    const { json } = await stage.clientCredentials();
    expect(Object.keys(json)).toEqual(['token_type', 'expires_in', 'ext_expires_in', 'access_token']);
    expect(json['expires_in']).toBe(3599);
  });

  it("carries the client's request id, and returns it as header when asked", async () => {
    const id = 'abcdef01-2345-4678-9abc-def012345678';
    const wrong = stage.obo({ scope: ',' });
    const byHeader = await postToken(stage.emulator, wrong, undefined, {
      'client-request-id': id,
      'return-client-request-id': 'true',
    });
    expect(byHeader.json['correlation_id']).toBe(id);
    expect(byHeader.headers.get('client-request-id')).toBe(id);
    const byForm = await postToken(stage.emulator, { ...wrong, 'client-request-id': id });
    expect(byForm.json['correlation_id']).toBe(id);
    const byQuery = await send(
      stage.emulator,
      `${stage.emulator.tenantId}/oauth2/v2.0/token?client-request-id=${id}`,
    );
    expect(byQuery.json['correlation_id']).toBe(id);
    const byNobody = await postToken(stage.emulator, { ...wrong, 'client-request-id': 'no guid' });
    expect(byNobody.json['correlation_id']).toMatch(GUID);
  });

  it('never outlives the assertion, and else lives 60 to 90 minutes', async () => {
    const soon = seconds() + 600;
    const short = await stage.exchange({
      assertion: stage.emulator.issueAccessToken({ exp: soon }),
      scope: 'User.Read openid',
    });
    expect(decode(short.json['access_token']).payload['exp']).toBe(soon - 1);
    expect(decode(short.json['id_token']).payload['exp']).toBe(soon - 1);
    const long = await stage.exchange({
      assertion: stage.emulator.issueAccessToken({ exp: seconds() + 86_400 }),
    });
    const lifetime = Number(decode(long.json['access_token']).payload['exp']) - seconds();
    expect(lifetime).toBeGreaterThanOrEqual(3600);
    expect(lifetime).toBeLessThanOrEqual(5400);
  });

  it('renews with a refresh token', async () => {
    const first = await stage.exchange({ scope: 'User.Read offline_access' });
    const { status, json } = await postToken(stage.emulator, {
      grant_type: 'refresh_token',
      client_id: stage.api.clientId,
      client_secret: SECRET,
      refresh_token: String(first.json['refresh_token']),
      scope: `${GRAPH}/User.Read`,
    });
    expect(status).toBe(200);
    expect(decode(json['access_token']).payload).toMatchObject({ oid: stage.user.oid, scp: 'User.Read' });
    expect(json['refresh_token']).not.toBe(first.json['refresh_token']);
  });
});

describe('the scope that is echoed', () => {
  let echoing: EntraEmulator;
  let ask: (scope: string) => Promise<Answered>;

  beforeAll(async () => {
    echoing = await EntraEmulator.start();
    const api = echoing.addApplication({ clientSecrets: [SECRET] });
    const orders = echoing.addApplication({
      identifierUris: ['api://orders'],
      scopes: ['Read', 'Write', 'Never'],
    });
    const { clientId } = api;
    echoing.grantConsent({ clientId, scopes: ['User.Read', 'Calendars.Read', `${ARM}/user_impersonation`] });
    echoing.grantConsent({
      clientId,
      scopes: ['https://management.core.windows.net//.default', 'api://orders/Write api://orders/Read'].join(
        ' ',
      ),
    });
    ask = (scope) =>
      postToken(echoing, {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        requested_token_use: 'on_behalf_of',
        client_id: clientId,
        client_secret: SECRET,
        assertion: echoing.issueAccessToken(),
        scope: scope.replace('{orders}', orders.clientId),
      });
  });
  afterAll(() => echoing.stop());

  it.each([
    [
      `${GRAPH}/Calendars.Read openid profile offline_access`,
      `openid profile email ${GRAPH}/Calendars.Read ${GRAPH}/User.Read`,
      'Calendars.Read User.Read openid profile email',
    ],
    [
      'user.read openid profile offline_access',
      'Calendars.Read email openid profile User.Read',
      'Calendars.Read User.Read openid profile email',
    ],
    ['User.Read', 'Calendars.Read User.Read', 'Calendars.Read User.Read'],
    [
      `${GRAPH}/.default`,
      `${GRAPH}/Calendars.Read ${GRAPH}/User.Read ${GRAPH}/.default`,
      'Calendars.Read User.Read',
    ],
    [
      `${ARM}/.default openid offline_access`,
      `${ARM}/user_impersonation ${ARM}/.default`,
      'user_impersonation',
    ],
    [
      'https://management.core.windows.net//.default',
      'https://management.core.windows.net//user_impersonation https://management.core.windows.net//.default',
      'user_impersonation',
    ],
    ['API://Orders/read openid profile offline_access', 'api://orders/Read api://orders/Write', 'Read Write'],
  ])('for %s', async (scope, echo, scp) => {
    const { json } = await ask(scope);
    expect(json['scope']).toBe(echo);
    const words = String(decode(json['access_token']).payload['scp']).split(' ');
    expect(words.toSorted()).toEqual(scp.split(' ').toSorted());
  });

  it('follows the client id form', async () => {
    const { json } = await ask('{orders}/Read');
    expect(json['scope']).toMatch(/^[0-9a-f-]{36}\/Read [0-9a-f-]{36}\/Write$/);
  });

  it('gives an ID token although a custom API does not echo openid', async () => {
    const { json } = await ask('api://orders/Read openid');
    expect(json['scope']).not.toContain('openid');
    expect(json['id_token']).toBeDefined();
  });

  it('keeps the audience as requested in v1.0 tokens', async () => {
    const { json } = await ask('https://management.core.windows.net//.default');
    expect(decode(json['access_token']).payload['aud']).toBe('https://management.core.windows.net/');
  });
});

describe('a v2.0 token of a user', () => {
  it('has the claims of Entra, in its order, and verifies', async () => {
    const { emulator, api, user } = stage;
    const token = emulator.issueAccessToken();
    const { header, payload } = decode(token);
    expect(Object.keys(header)).toEqual(['typ', 'alg', 'kid']);
    expect(names(token)).toBe(V2_USER);
    expect(payload).toMatchObject({
      aud: api.clientId,
      iss: `${emulator.url}/${emulator.tenantId}/v2.0`,
      iat: seconds() - 300,
      nbf: seconds() - 300,
      oid: user.oid,
      name: 'Adele Vance',
      preferred_username: 'adele.vance@contoso.onmicrosoft.com',
      scp: 'Orders.Read Orders.Write',
      tid: emulator.tenantId,
      ver: '2.0',
      azpacr: '0',
    });
    expect(payload['sub']).toHaveLength(43);
    expect(payload['uti']).toHaveLength(22);
    expect(payload['rh']).toMatch(/^1\.A/);
    await expect(verified(token)).resolves.toMatchObject({ oid: user.oid });
  });

  it('has a subject that is stable for an application and different for another', () => {
    const { emulator } = stage;
    const other = emulator.addApplication();
    const subject = (aud?: string) =>
      decode(emulator.issueAccessToken(aud === undefined ? {} : { aud })).payload['sub'];
    expect(subject()).toBe(subject());
    expect(subject()).not.toBe(subject(other.clientId));
  });

  it('takes given claims as they are, and leaves out what is null or undefined', () => {
    const token = stage.emulator.issueAccessToken({
      acrs: ['c1'],
      sub: 'mine',
      name: undefined,
      sid: null,
      iat: 'x',
    });
    expect(decode(token).payload).toMatchObject({ acrs: ['c1'], sub: 'mine', iat: 'x' });
    expect(names(token)).not.toMatch(/\b(name|sid)\b/);
  });

  it('has the bare client id as audience even when the URI names it', () => {
    const { emulator, api } = stage;
    expect(decode(emulator.issueAccessToken({ aud: `api://${api.clientId}` })).payload['aud']).toBe(
      api.clientId,
    );
    expect(decode(emulator.issueAccessToken({ aud: 'https://elsewhere' })).payload['aud']).toBe(
      'https://elsewhere',
    );
  });

  it('takes a header as given', () => {
    const token = stage.emulator.issueAccessToken({}, { header: { kid: null, typ: 'at+jwt', x: 1 } });
    expect(decode(token).header).toEqual({ typ: 'at+jwt', alg: 'RS256', x: 1 });
  });

  it('names the identity provider of a guest', () => {
    const { emulator } = stage;
    const guest = emulator.addUser({ guestFrom: 'live.com', email: 'ada@example.com' });
    expect(decode(emulator.issueAccessToken({ oid: guest.oid })).payload).toMatchObject({
      email: 'ada@example.com',
      idp: 'live.com',
    });
  });

  it('is of the tenant that is given, or of the user', () => {
    const { emulator } = stage;
    const { tenantId } = emulator.addTenant();
    const foreign = decode(emulator.issueAccessToken({ tid: tenantId })).payload;
    expect(foreign).toMatchObject({ tid: tenantId, iss: `${emulator.url}/${tenantId}/v2.0` });
    const { oid } = emulator.addUser({ tenantId });
    expect(decode(emulator.issueAccessToken({ oid })).payload['tid']).toBe(tenantId);
  });

  it('says how the client of the exchange authenticated, and what it declared', async () => {
    const { emulator, api } = stage;
    const target = emulator.addApplication();
    emulator.grantConsent({ clientId: api.clientId, scopes: `${target.clientId}/.default` });
    const { json } = await stage.exchange({
      scope: `api://${target.clientId}/access_as_user`,
      claims: '{"access_token":{"xms_cc":{"values":["cp1"]}}}',
    });
    expect(decode(json['access_token']).payload).toMatchObject({
      aud: target.clientId,
      azp: api.clientId,
      azpacr: '1',
      xms_cc: ['cp1'],
      scp: 'access_as_user',
    });
    await expect(verified(String(json['access_token']))).resolves.toBeDefined();
  });
});

describe('a v1.0 token', () => {
  it('of a user has the claims and header of v1.0, and verifies', async () => {
    const { emulator } = stage;
    const legacy = emulator.addApplication({
      requestedAccessTokenVersion: 1,
      identifierUris: ['api://legacy'],
    });
    const token = emulator.issueAccessToken({ aud: legacy.clientId });
    const { header, payload } = decode(token);
    expect(Object.keys(header)).toEqual(['typ', 'alg', 'x5t', 'kid']);
    expect(header['x5t']).toBe(header['kid']);
    expect(payload).toMatchObject({
      aud: legacy.clientId,
      iss: `https://sts.windows.net/${emulator.tenantId}/`,
      ver: '1.0',
      appidacr: '0',
      acr: '1',
      amr: ['pwd'],
      given_name: 'Adele',
      family_name: 'Vance',
      upn: stage.user.preferredUsername,
      unique_name: stage.user.preferredUsername,
    });
    expect(names(token)).not.toMatch(/azp|preferred_username/);
    expect(decode(emulator.issueAccessToken({ aud: 'api://legacy' })).payload['aud']).toBe('api://legacy');
    await expect(verified(token)).resolves.toBeDefined();
  });

  it('of a guest has no upn', () => {
    const { emulator } = stage;
    const guest = emulator.addUser({ guestFrom: 'live.com', email: 'bob@example.com' });
    const { payload } = decode(emulator.issueAccessToken({ oid: guest.oid, ver: '1.0' }));
    expect(payload).toMatchObject({ idp: 'live.com', unique_name: 'live.com#bob@example.com' });
    expect('upn' in payload).toBe(false);
  });

  it('for Microsoft Graph shows a header that was not signed', async () => {
    const { json } = await stage.exchange();
    const token = String(json['access_token']);
    const { header, payload } = decode(token);
    expect(Object.keys(header)).toEqual(['typ', 'nonce', 'alg', 'x5t', 'kid']);
    expect(header['nonce']).toHaveLength(43);
    expect(payload).toMatchObject({
      aud: GRAPH,
      idtyp: 'user',
      appid: stage.api.clientId,
      xms_st: { sub: decode(stage.obo()['assertion']).payload['sub'] },
    });
    await expect(verified(token)).rejects.toThrow('invalid signature');
  });
});

describe('a token without a user', () => {
  it('has the claims of Entra: sub is oid, no scp, no idtyp', async () => {
    const { emulator, api } = stage;
    const { json } = await stage.clientCredentials({ scope: `api://${api.clientId}/.default` });
    const { payload } = decode(json['access_token']);
    expect(names(json['access_token'])).toBe(V2_APP);
    expect(payload).toMatchObject({
      aud: api.clientId,
      azp: api.clientId,
      azpacr: '1',
      sub: api.objectId,
      oid: api.objectId,
    });
    expect(Number(payload['exp']) - Number(payload['iat'])).toBe(3900);
    await expect(verified(String(json['access_token']))).resolves.toBeDefined();
    const legacy = emulator.addApplication({ requestedAccessTokenVersion: 1 });
    const v1 = await stage.clientCredentials({ scope: `api://${legacy.clientId}/.default` });
    expect(names(v1.json['access_token'])).toBe(V1_APP);
    expect(decode(v1.json['access_token']).payload['aud']).toBe(`api://${legacy.clientId}`);
  });

  it('is issued without a request when scp is taken away', () => {
    const { payload } = decode(
      stage.emulator.issueAccessToken({ scp: undefined, roles: ['Orders.Read.All'] }),
    );
    expect(payload['sub']).toBe(payload['oid']);
    expect(payload).toMatchObject({ roles: ['Orders.Read.All'], ver: '2.0' });
    expect('scp' in payload).toBe(false);
  });
});

describe('an ID token', () => {
  it('is for the client, and ends as the assertion does', async () => {
    const { json } = await stage.exchange({ scope: 'User.Read openid' });
    const token = String(json['id_token']);
    expect(decode(token).payload).toMatchObject({ aud: stage.api.clientId, ver: '2.0', oid: stage.user.oid });
    expect(names(token)).not.toMatch(/\b(azp|appid|scp)\b/);
    await expect(verified(token)).resolves.toBeDefined();
    expect(decode(stage.emulator.issueIdToken({ nonce: 'n' })).payload['nonce']).toBe('n');
  });
});

describe('an emulator that was told little', () => {
  it('signs Adele Vance in when no user was added, and asks for an application', async () => {
    const bare = await EntraEmulator.start({ accessTokenLifetimeSeconds: 60, now: () => 1_700_000_000_000 });
    try {
      expect(() => bare.issueAccessToken()).toThrow('Add one with addApplication');
      bare.addApplication();
      const { payload } = decode(bare.issueAccessToken());
      expect(payload).toMatchObject({ name: 'Adele Vance', exp: 1_700_000_060 });
      expect(decode(bare.issueAccessToken()).payload['oid']).toBe(payload['oid']);
    } finally {
      await bare.stop();
    }
  });

  it('refuses what makes no sense', () => {
    const { emulator, api } = stage;
    expect(() => emulator.addApplication({ clientId: 'x' })).toThrow('clientId must be a GUID');
    expect(() => emulator.addApplication({ clientId: api.clientId })).toThrow('exists already');
    expect(() => emulator.addApplication({ clientSecrets: [''] })).toThrow('empty secret');
    expect(() => emulator.addUser({ tenantId: '11111111-2222-4333-8444-555555555555' })).toThrow(
      'Add it with addTenant',
    );
    expect(() => emulator.grantConsent({ clientId: api.clientId, scopes: 'api://nowhere/x' })).toThrow(
      'Add it with addApplication',
    );
    expect(() => emulator.requireClaims({ resource: 'api://nowhere' })).toThrow('names no resource');
    expect(() => emulator.requireClaims({ resource: GRAPH, code: 1 })).toThrow('AADSTS1 is not a code');
    expect(() => emulator.requireClaims({ resource: GRAPH, policyIds: ['x'] })).toThrow(
      'policyIds must be a GUID',
    );
    expect(() => emulator.failNext({ aadsts: 1 })).toThrow('AADSTS1 is not a code');
    expect(() => emulator.failNext({ times: 0 })).toThrow('times must be at least 1');
  });
});
