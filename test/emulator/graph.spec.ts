import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInteractiveStage, type InteractiveStage } from './support/interactive-stage.js';
import { decode, send } from './support/token-client.js';

let stage: InteractiveStage;
beforeAll(async () => {
  stage = await createInteractiveStage();
  stage.emulator.grantConsent({ clientId: stage.spa.clientId, scopes: ['User.Read', 'email'] });
});
afterAll(() => stage.emulator.stop());

const get = (path: string, token?: string) =>
  send(stage.emulator, path, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });

const tokenFor = async (scopes: string[], user = stage.users.adele.oid) =>
  stage.emulator.signIn({ clientId: stage.spa.clientId, user, scopes });

describe('/v1.0/me', () => {
  it('is the profile of the user', async () => {
    const { accessToken } = await tokenFor(['User.Read']);
    const { status, json, headers } = await get('v1.0/me', accessToken);
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    expect(json).toMatchObject({
      id: stage.users.adele.oid,
      displayName: 'Adele Vance',
      givenName: 'Adele',
      surname: 'Vance',
      userPrincipalName: stage.users.adele.preferredUsername,
    });
  });

  it('takes a token that an API exchanged', async () => {
    const { emulator, api } = stage;
    emulator.grantConsent({ clientId: api.clientId, scopes: 'User.Read' });
    const { accessToken } = await tokenFor(['api://orders/Read']);
    const { json } = await send(emulator, `${emulator.tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        requested_token_use: 'on_behalf_of',
        client_id: api.clientId,
        client_secret: 'api-secret',
        scope: 'User.Read',
        assertion: accessToken,
      }).toString(),
    });
    expect((await get('v1.0/me', String(json['access_token']))).json['id']).toBe(stage.users.adele.oid);
  });

  it.each([
    ['no token', () => undefined, 'Access token is empty.'],
    ['what is no token', () => 'x.y.z', 'Access token validation failure. Invalid signature.'],
    [
      'a token for another API',
      async () => (await tokenFor(['api://orders/Read'])).accessToken,
      'Access token validation failure. Invalid signature.',
    ],
    [
      'an altered token',
      async () => {
        const [header, payload = '', signature] = (await tokenFor(['User.Read'])).accessToken.split('.');
        const claims = { ...decode(`.${payload}`).payload, oid: stage.users.ben.oid };
        return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
      },
      'Access token validation failure. Invalid signature.',
    ],
    [
      'an ID token',
      async () => (await tokenFor(['User.Read'])).idToken,
      'Access token validation failure. Invalid signature.',
    ],
    [
      'a token that ended',
      () =>
        stage.emulator.issueAccessToken({
          aud: 'https://graph.microsoft.com',
          exp: Math.floor(stage.clock.now / 1000),
        }),
      'Lifetime validation failed, the token is expired.',
    ],
  ])('refuses %s', async (_case, token, message) => {
    const { status, json, headers } = await get('v1.0/me', await token());
    expect([status, json['error']]).toEqual([
      401,
      expect.objectContaining({ code: 'InvalidAuthenticationToken', message }),
    ]);
    expect(headers.get('www-authenticate')).toMatch(/^Bearer realm="", authorization_uri="https:\/\//);
  });

  it('refuses a Graph token whose audience was replaced', async () => {
    const token = stage.emulator.issueAccessToken({ aud: stage.api.clientId }, { header: { nonce: 'n' } });
    expect((await get('v1.0/me', token)).status).toBe(401);
  });

  it('refuses a token without the scope', async () => {
    const { accessToken } = await tokenFor([]);
    expect(decode(accessToken).payload['scp']).toContain('User.Read');
    const token = stage.emulator.issueAccessToken({ aud: 'https://graph.microsoft.com', scp: 'Mail.Read' });
    expect(await get('v1.0/me', token)).toMatchObject({
      status: 403,
      json: {
        error: {
          code: 'Authorization_RequestDenied',
          message: 'Insufficient privileges to complete the operation.',
        },
      },
    });
  });

  it('refuses an application without a user', async () => {
    const token = stage.emulator.issueAccessToken({
      aud: 'https://graph.microsoft.com',
      scp: undefined,
      roles: ['User.Read.All'],
    });
    expect(await get('v1.0/me', token)).toMatchObject({
      status: 400,
      json: { error: { message: '/me request is only valid with delegated authentication flow.' } },
    });
  });

  it('refuses a user whose sessions were revoked, with a claims challenge', async () => {
    const user = stage.emulator.addUser({ name: 'Rita Revoked' });
    const { accessToken } = await tokenFor(['User.Read'], user.oid);
    expect((await get('v1.0/me', accessToken)).status).toBe(200);
    stage.emulator.revokeSessions(user.oid);
    const { status, headers } = await get('v1.0/me', accessToken);
    const challenge = /claims="([^"]+)"/.exec(headers.get('www-authenticate') ?? '')?.[1] ?? '';
    expect(status).toBe(401);
    expect(JSON.parse(Buffer.from(challenge, 'base64').toString())).toMatchObject({
      access_token: { nbf: { essential: true } },
    });
    stage.clock.now += 1000;
    const renewed = await tokenFor(['User.Read'], user.oid);
    expect((await get('v1.0/me', renewed.accessToken)).status).toBe(200);
  });

  it('refuses a user who was disabled', async () => {
    const user = stage.emulator.addUser({ name: 'Dan Disabled' });
    const { accessToken } = await tokenFor(['User.Read'], user.oid);
    user.disabled = true;
    expect((await get('v1.0/me', accessToken)).status).toBe(401);
  });

  it('lets a page of any origin ask', async () => {
    const { status, headers } = await send(stage.emulator, 'v1.0/me', { method: 'OPTIONS' });
    expect([status, headers.get('access-control-allow-headers')]).toEqual([
      200,
      expect.stringContaining('authorization'),
    ]);
    expect((await send(stage.emulator, 'v1.0/me', { method: 'PUT' })).status).toBe(405);
  });
});

describe('/v1.0/me/messages', () => {
  it('is the mailbox of the user, for Mail.Read', async () => {
    const { accessToken } = await tokenFor(['Mail.Read']);
    const { json } = await get('v1.0/me/messages', accessToken);
    expect(json['value']).toHaveLength(3);
    expect(JSON.stringify(json)).toContain('This is a message to Adele Vance.');
    const profile = await tokenFor(['User.Read'], stage.users.ben.oid);
    expect(await get('v1.0/me/messages', profile.accessToken)).toMatchObject({
      status: 403,
      json: { error: { code: 'ErrorAccessDenied' } },
    });
  });

  it('is what there is beside the profile', async () => {
    const { accessToken } = await tokenFor(['User.Read']);
    expect((await get('v1.0/users', accessToken)).status).toBe(404);
  });
});

describe('/oidc/userinfo', () => {
  it('names the user as the ID token does', async () => {
    const metadata = await get(`${stage.emulator.tenantId}/v2.0/.well-known/openid-configuration`);
    expect(metadata.json['userinfo_endpoint']).toBe(`${stage.emulator.url}/oidc/userinfo`);
    const { accessToken, idToken } = await tokenFor(['openid', 'email']);
    const { json } = await get('oidc/userinfo', accessToken);
    expect(json).toMatchObject({
      sub: decode(idToken).payload['sub'],
      name: 'Adele Vance',
      email: stage.users.adele.preferredUsername,
    });
    const token = stage.emulator.issueAccessToken({ aud: 'https://graph.microsoft.com', scp: 'User.Read' });
    expect((await get('oidc/userinfo', token)).status).toBe(403);
  });
});
