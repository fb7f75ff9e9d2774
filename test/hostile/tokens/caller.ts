import { describe, expect, it } from 'vitest';
import { ADAPTERS } from '../../support/nest-app.js';
import { ADELE, API, BEN, CLIENT, ORDERS } from '../support/identities.js';
import { claims, forge, rsaKey, TENANT, v1Claims } from '../support/forge.js';
import { Platform } from '../support/platform.js';
import { expectForbidden, expectNoEcho, expectRefused, type TokenCode } from '../support/refusal.js';
import { useTarget } from '../support/target.js';

const key = rsaKey();
const good = forge(key);
type Members = Record<string, unknown>;
type Case = [what: string, code: TokenCode, payload: Members];
const called = (value: unknown): string => JSON.stringify(value) ?? 'missing';
const each = (name: string, code: TokenCode, values: readonly unknown[], more: Members = {}): Case[] =>
  values.map((value) => [`${name} ${called(value)}`, code, claims({ ...more, [name]: value })]);

const uri = `api://${API.clientId}`;
const appOnly = (changes: Members = {}): Members =>
  claims({ scp: undefined, roles: ['Admin'], sub: ADELE.oid, name: undefined, ...changes });

const cases: Case[] = [
  ...each('aud', 'token_audience', [
    undefined,
    null,
    '',
    7,
    true,
    {},
    [],
    [ORDERS.clientId, `${API.clientId}/`],
    [API.clientId, null],
    [API.clientId, 7],
    [[API.clientId]],
    [{ [API.clientId]: true }],
    [`${API.clientId},${ORDERS.clientId}`],
    { [API.clientId]: true },
    { toString: API.clientId },
    API.clientId.toUpperCase(),
    ` ${API.clientId}`,
    `${API.clientId}\n`,
    `${API.clientId}/`,
    `${API.clientId}x`,
    API.clientId.slice(0, -1),
    `${uri}/`,
    `${uri}/access_as_user`,
    uri.toUpperCase(),
    uri.replace('api:', 'API:'),
    `https://${API.clientId}`,
    `spn:${API.clientId}`,
    `${API.clientId} ${ORDERS.clientId}`,
    `${API.clientId},${ORDERS.clientId}`,
    ORDERS.clientId,
    ORDERS.uri,
    CLIENT.clientId,
    '00000002-0000-0000-c000-000000000000',
    'https://management.azure.com/',
    '.*',
    'canary\r\nSet-Cookie: a=b',
  ]),
  ...each('oid', 'token_subject', [
    undefined,
    null,
    '',
    7,
    true,
    {},
    [ADELE.oid],
    'adele',
    ADELE.oid.toUpperCase(),
    `{${ADELE.oid}}`,
    `${ADELE.oid}\n`,
    `${ADELE.oid}|${TENANT}`,
    `${ADELE.oid}:${BEN.oid}`,
    `${ADELE.oid}\u0000`,
    ADELE.oid.replaceAll('-', ''),
    '../canary',
    '*',
  ]),
  ...each('sub', 'token_subject', [undefined, null, '', 7, true, {}, ['x']]),
  ...each('scp', 'token_no_permission', [
    undefined,
    null,
    '',
    ' ',
    '\t\n\r ',
    '\u00a0',
    '\u3000\u2003',
    '\ufeff',
    '/',
    '//',
    ' / ',
    '/\t/',
    7,
    true,
    {},
    [],
    ['access_as_user'],
    [['access_as_user']],
    { access_as_user: true },
  ]),
  ...each('scp', 'token_no_permission', [null, 7, ['access_as_user'], {}], { roles: ['Admin'] }),
  ...each('roles', 'token_no_permission', [
    null,
    '',
    'Admin',
    'Admin,Reader',
    7,
    {},
    { 0: 'Admin', length: 1 },
    [7],
    ['Admin', null],
    [['Admin']],
    [{ value: 'Admin' }],
  ]),
  ...each('roles', 'token_no_permission', [[], [''], [' ', '\t'], undefined, null, 'Admin'], {
    scp: undefined,
  }),
  [
    'scp and roles in other letters',
    'token_no_permission',
    claims({ scp: undefined, SCP: 'access_as_user', Roles: ['Admin'] }),
  ],
  ['scope in place of scp', 'token_no_permission', claims({ scp: undefined, scope: 'access_as_user' })],
  [
    'groups and wids in place of roles',
    'token_no_permission',
    claims({ scp: undefined, groups: ['Admin'], wids: ['Admin'] }),
  ],
  ['an ID token', 'token_type', claims({ nonce: 'n', azp: undefined, azpacr: undefined, scp: undefined })],
  [
    'an ID token with roles',
    'token_type',
    claims({ nonce: 'n', azp: undefined, scp: undefined, roles: ['Admin'] }),
  ],
  [
    'an ID token of a client that sent no nonce, with roles',
    'token_type',
    claims({ azp: undefined, azpacr: undefined, scp: undefined, roles: ['Admin'] }),
  ],
  [
    'a v1.0 ID token with roles',
    'token_type',
    v1Claims({ appid: undefined, appidacr: undefined, scp: undefined, roles: ['Admin'] }),
  ],
  [
    'a v2.0 ID token with the client of v1.0',
    'token_type',
    claims({ nonce: 'n', azp: undefined, appid: CLIENT.clientId, scp: undefined, roles: ['Admin'] }),
  ],
  [
    'an ID token with an authorization code’s hash',
    'token_type',
    claims({ nonce: 'n', c_hash: 'x', azp: undefined }),
  ],
];

describe.each(ADAPTERS)('The caller of a token, on %s', (adapter) => {
  const target = useTarget(adapter, { platform: new Platform(key) });
  const acl = useTarget(adapter, {
    platform: new Platform(key),
    options: { allowWebApiToBeAuthorizedByACL: true },
  });

  it.each(cases)('is nobody: %s (%s)', async (_what, code, payload) => {
    await expectRefused(target, forge(key, { payload }), code, good);
  });

  it.each(['https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000'])(
    'a token for Microsoft Graph (%s) tells the log what to do',
    async (aud) => {
      const [line] = await expectRefused(
        target,
        forge(key, { payload: claims({ aud }) }),
        'token_audience',
        good,
      );
      expect(line).toContain(
        `That is Microsoft Graph: the client has to ask for a scope of this API, such as ${uri}/`,
      );
    },
  );

  it('an ID token tells the log what to do', async () => {
    const payload = claims({ nonce: 'n', azp: undefined, scp: undefined });
    const [line] = await expectRefused(target, forge(key, { payload }), 'token_type', good);
    expect(line).toContain('The token is an ID token; the client has to send an access token');
  });

  it('an access list of the API’s own stands in for scp and roles, not for a client or for their form', async () => {
    const accepted = forge(key, { payload: claims({ scp: undefined, idtyp: 'user' }) });
    expect((await acl.get(accepted)).status).toBe(200);
    await expectRefused(
      acl,
      forge(key, { payload: claims({ scp: undefined, azp: undefined }) }),
      'token_type',
      good,
    );
    await expectRefused(acl, forge(key, { payload: claims({ scp: ['x'] }) }), 'token_no_permission', good);
  });

  it('an app-only token is exchanged for nobody', async () => {
    const before = target.platform.tokenRequests;
    const token = forge(key, { payload: appOnly() });
    const reply = await target.get(token);
    expectForbidden(reply, 'app_only_caller');
    expectNoEcho(reply, token);
    expect(target.platform.tokenRequests).toBe(before);
    expect((await target.get(good)).status).toBe(200);
  });
});

describe.each(ADAPTERS)('What a caller may do, on %s', (adapter) => {
  // Nothing is exchanged here, so that an app-only caller gets as far as the guard.
  const target = useTarget(adapter, { platform: new Platform(key), options: { scopes: [] } });

  it.each<[what: string, scp: string]>([
    ['another scope', 'User.Read'],
    ['other letters', 'Access_As_User'],
    ['a prefix', 'access_as'],
    ['a suffix', 'access_as_user.all'],
    ['the scope with its resource', `${uri}/access_as_user`],
    ['a no-break space for a space', 'User.Read\u00a0access_as_user'],
    ['a line break for a space', 'User.Read\naccess_as_user'],
    ['a tab for a space', 'User.Read\taccess_as_user'],
    ['a comma for a space', 'User.Read,access_as_user'],
    ['a semicolon for a space', 'User.Read;access_as_user'],
    ['a zero-width space within', 'access_as\u200b_user'],
    ['a NUL behind', 'access_as_user\u0000'],
    ['a letter that looks alike', '\u0430ccess_as_user'],
    ['a pattern', '.* *'],
    ['line breaks for the log and the header', 'canary\r\nSet-Cookie: a=b'],
  ])('a scope is compared exactly: %s', async (_what, scp) => {
    const token = forge(key, { payload: claims({ scp }) });
    expect((await target.get(token)).status).toBe(200);
    const reply = await target.get(token, '/scope');
    expectForbidden(reply, 'insufficient_scope', 'access_as_user');
    expectNoEcho(reply, token);
  });

  it('several spaces between scopes are fine', async () => {
    const token = forge(key, { payload: claims({ scp: '  User.Read   access_as_user ' }) });
    expect((await target.get(token)).body['scopes']).toEqual(['User.Read', 'access_as_user']);
    expect((await target.get(token, '/scope')).status).toBe(200);
  });

  it.each<[what: string, roles: string[]]>([
    ['another role', ['Reader']],
    ['other letters', ['admin']],
    ['a space behind', ['Admin ']],
    ['two in one', ['Reader Admin']],
    ['a list in text', ['["Admin"]']],
    ['a no-break space before', ['\u00a0Admin']],
  ])('a role is compared exactly: %s', async (_what, roles) => {
    const reply = await target.get(forge(key, { payload: claims({ roles }) }), '/role');
    expectForbidden(reply, 'insufficient_scope');
  });

  it('a scope is no role, and a role is no scope', async () => {
    const scopeNamedLikeRole = forge(key, { payload: claims({ scp: 'Admin' }) });
    expectForbidden(await target.get(scopeNamedLikeRole, '/role'), 'insufficient_scope');
    const roleNamedLikeScope = forge(key, {
      payload: claims({ scp: 'User.Read', roles: ['access_as_user'] }),
    });
    expectForbidden(await target.get(roleNamedLikeScope, '/scope'), 'insufficient_scope', 'access_as_user');
  });

  it.each<[what: string, payload: Members]>([
    ['without scp', appOnly({ roles: ['access_as_user', 'Admin'] })],
    ['that says idtyp app', appOnly({ idtyp: 'app', roles: ['access_as_user', 'Admin'] })],
    ['that says idtyp app and has scp', appOnly({ idtyp: 'app', scp: 'access_as_user' })],
    [
      'that says idtyp app and has the name of a user',
      appOnly({ idtyp: 'app', scp: 'access_as_user', name: 'Adele', preferred_username: 'a@b' }),
    ],
  ])('an app-only caller %s has roles and no scopes', async (_what, payload) => {
    const token = forge(key, { payload });
    expect((await target.get(token)).body).toMatchObject({ isAppOnly: true, scopes: [] });
    expectForbidden(await target.get(token, '/scope'), 'app_only_caller');
    expect((await target.get(token, '/role')).status).toBe(200);
    expect((await target.get(token, '/either')).status).toBe(200);
  });

  it('a user is no application, whatever roles or idtyp it has', async () => {
    const user = forge(key, { payload: claims({ scp: 'User.Read', roles: ['Admin'] }) });
    expect((await target.get(user)).body).toMatchObject({ isAppOnly: false });
    expectForbidden(await target.get(user, '/either'), 'insufficient_scope', 'access_as_user');
    const named = forge(key, { payload: claims({ idtyp: 'user', scp: 'User.Read', roles: ['Admin'] }) });
    expect((await target.get(named)).body).toMatchObject({ isAppOnly: false });
    expectForbidden(await target.get(named, '/either'), 'insufficient_scope', 'access_as_user');
  });

  it.each(['device', 'APP', 'User', 'app ', 'user ', '', ['app'], ['user'], { app: true }, null, 7, true])(
    'a token with idtyp %j is neither of a user nor of an application, whatever scopes and roles the token has',
    async (idtyp) => {
      const token = forge(key, { payload: claims({ idtyp, scp: 'access_as_user', roles: ['Admin'] }) });
      expect((await target.get(token)).body).toMatchObject({ isAppOnly: true, scopes: [], roles: [] });
      expectForbidden(await target.get(token, '/scope'), 'app_only_caller');
      expectForbidden(await target.get(token, '/role'), 'insufficient_scope');
      expectForbidden(await target.get(token, '/either'), 'insufficient_scope', 'access_as_user');
    },
  );

  it.each(['', ' ', '/', ' / '])(
    'a scp of %j counts as no scope, with a role and with an idtyp',
    async (scp) => {
      const application = forge(key, { payload: claims({ scp, roles: ['Admin'] }) });
      expect((await target.get(application)).body).toMatchObject({ isAppOnly: true, scopes: [] });
      expectForbidden(await target.get(application, '/scope'), 'app_only_caller');
      const user = forge(key, { payload: claims({ scp, roles: ['Admin'], idtyp: 'user' }) });
      expect((await target.get(user)).body).toMatchObject({ isAppOnly: false, scopes: [] });
      expectForbidden(await target.get(user, '/scope'), 'insufficient_scope', 'access_as_user');
    },
  );

  it('a list of audiences is fine when it contains one of this API', async () => {
    for (const aud of [[API.clientId], [ORDERS.clientId, uri]]) {
      const token = forge(key, { payload: claims({ aud }) });
      expect((await target.get(token, '/scope')).status).toBe(200);
    }
  });
});

describe.each(ADAPTERS)('The client application of a token, on %s', (adapter) => {
  const platform = new Platform(key);
  const open = useTarget(adapter, { platform });
  const target = useTarget(adapter, {
    platform,
    options: { allowedClientApplications: [CLIENT.clientId.toUpperCase()] },
  });
  const STRANGER = '99999999-8888-4777-8666-555555555555';

  it.each<[what: string, payload: Members]>([
    ['another one', claims({ azp: STRANGER })],
    ['none', claims({ azp: undefined })],
    ['the API itself', claims({ azp: API.clientId })],
    ['another one, with the allowed one in appid', claims({ azp: STRANGER, appid: CLIENT.clientId })],
    ['none, with the allowed one in appid', claims({ azp: undefined, appid: CLIENT.clientId })],
    ['another one in v1.0, with the allowed one in azp', v1Claims({ appid: STRANGER, azp: CLIENT.clientId })],
    ['none in v1.0, with the allowed one in azp', v1Claims({ appid: undefined, azp: CLIENT.clientId })],
    ['none, with the allowed one in client_id', claims({ azp: undefined, client_id: CLIENT.clientId })],
  ])('is not let in: %s', async (_what, payload) => {
    await expectRefused(target, forge(key, { payload }), 'token_client_application', good);
  });

  it.each([
    null,
    '',
    7,
    true,
    {},
    [CLIENT.clientId],
    CLIENT.clientId.toUpperCase(),
    `${CLIENT.clientId} `,
    `${CLIENT.clientId}\n`,
    CLIENT.clientId.slice(0, -1),
    `${CLIENT.clientId},${STRANGER}`,
    '*',
    'canary\r\nSet-Cookie: a=b',
  ])('is a GUID, and not %j, whoever is let in', async (client) => {
    for (const api of [target, open]) {
      await expectRefused(
        api,
        forge(key, { payload: claims({ azp: client }) }),
        'token_client_application',
        good,
      );
      await expectRefused(
        api,
        forge(key, { payload: v1Claims({ appid: client }) }),
        'token_client_application',
        good,
      );
    }
  });

  it('is let in by its own claim', async () => {
    expect((await target.get(forge(key, { payload: v1Claims() }))).status).toBe(200);
    expect((await open.get(forge(key, { payload: claims({ azp: STRANGER }) }))).status).toBe(200);
  });
});
