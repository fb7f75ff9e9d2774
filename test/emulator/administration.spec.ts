import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInteractiveStage, WEB_SECRET, type InteractiveStage } from './support/interactive-stage.js';
import { send } from './support/token-client.js';

let stage: InteractiveStage;
beforeAll(async () => {
  stage = await createInteractiveStage();
});
afterAll(() => stage.emulator.stop());

const api = (
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = { 'content-type': 'application/json' },
) =>
  send(stage.emulator, `admin/api${path}`, {
    method,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body), headers }),
    ...(body === undefined && headers['origin'] !== undefined ? { headers } : {}),
  });

const form = (
  fields: Record<string, string>,
  headers: Record<string, string> = { origin: stage.emulator.url },
) =>
  send(stage.emulator, 'admin', {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  });

describe('the administration as JSON', () => {
  it('tells where the emulator is', async () => {
    expect((await api('GET', '')).json).toMatchObject({
      url: stage.emulator.url,
      tenantId: stage.emulator.tenantId,
      users: 5,
      applications: 4,
    });
    expect((await api('GET', '/tenants')).json).toMatchObject([{ tenantId: stage.emulator.tenantId }]);
  });

  it('adds, lists, disables and deletes users', async () => {
    const { json } = await api('POST', '/users', { name: 'Nadia New' });
    expect((await stage.choose(stage.emulator.openBrowser(), 'Nadia')).status).toBe(302);
    await api('PATCH', `/users/${String(json['oid'])}`, { disabled: true });
    expect((await stage.choose(stage.emulator.openBrowser(), 'Nadia')).text).toContain('AADSTS50057:');
    await api('PATCH', `/users/${String(json['oid'])}`, { deleted: true });
    expect((await api('GET', '/users')).json).toContainEqual(
      expect.objectContaining({ name: 'Nadia New', disabled: true, deleted: true }),
    );
  });

  it('revokes the sessions of a user', async () => {
    const { refreshToken } = await stage.emulator.signIn({ clientId: stage.spa.clientId });
    expect((await api('POST', `/users/${stage.users.adele.oid}/revoke`)).status).toBe(200);
    expect((await stage.refresh({ refresh_token: refreshToken })).json).toMatchObject({
      error_codes: [50173],
    });
    stage.clock.now += 1000;
  });

  it('adds and lists applications, without their secrets', async () => {
    const added = await api('POST', '/applications', {
      name: 'From outside',
      clientSecrets: ['canary-secret'],
    });
    expect(added.json).toMatchObject({ name: 'From outside', clientSecrets: 1 });
    const { text } = await api('GET', '/applications');
    expect(text).toContain('From outside');
    expect(text).not.toContain('canary-secret');
    expect(text).not.toContain(WEB_SECRET);
    expect(text).not.toContain('api-secret');
  });

  it('gives, lists and takes consents', async () => {
    const consent = { clientId: stage.spa.clientId, scopes: ['Mail.Read'], userId: stage.users.ben.oid };
    expect((await api('POST', '/consents', consent)).status).toBe(204);
    const listed = expect.objectContaining({
      clientId: stage.spa.clientId,
      scopes: ['Mail.Read'],
    }) as unknown;
    expect((await api('GET', '/consents')).json).toContainEqual(listed);
    expect((await api('DELETE', '/consents', consent)).status).toBe(204);
    expect((await api('GET', '/consents')).json).not.toContainEqual(listed);
  });

  it('sets and takes conditional access', async () => {
    const { json } = await api('POST', '/conditional-access', { scope: 'api://orders/Read' });
    const [id] = json['policyIds'] as string[];
    expect((await stage.choose(stage.emulator.openBrowser(), 'Adele')).heading).toBe('Verify your identity');
    expect((await api('GET', '/conditional-access')).json).toMatchObject([{ scope: 'read', code: 50076 }]);
    expect((await api('DELETE', `/conditional-access/${id}`)).status).toBe(204);
    expect((await stage.choose(stage.emulator.openBrowser(), 'Adele')).reply).toBeDefined();
    expect((await api('DELETE', `/conditional-access/${id}`)).status).toBe(404);
  });

  it('sets and clears faults', async () => {
    await api('POST', '/faults', { status: 429, headers: { 'Retry-After': '7' } });
    await api('POST', '/faults', { aadsts: 50196 });
    const throttled = await stage.refresh({});
    expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '7']);
    expect((await api('GET', '/faults')).json).toMatchObject([{ fault: { aadsts: 50196 }, remaining: 1 }]);
    await api('DELETE', '/faults');
    expect((await stage.refresh({})).json).toMatchObject({ error_codes: [900144] });
  });

  it('makes a sign-in and Microsoft Graph fail', async () => {
    await api('POST', '/faults', { endpoint: 'authorize', aadsts: 90033 });
    await api('POST', '/faults', { endpoint: 'graph', status: 503 });
    const page = await stage.emulator.openBrowser().open(stage.authorizeUrl());
    expect(page.text).toContain('AADSTS90033:');
    expect((await send(stage.emulator, 'v1.0/me')).status).toBe(503);
  });

  it('rotates the signing keys', async () => {
    const before = (await api('GET', '')).json['signingKeys'] as string[];
    const after = (await api('POST', '/signing-keys/rotate')).json['signingKeys'] as string[];
    expect(after).toEqual([expect.not.stringMatching(before[0] ?? ''), ...before]);
    const alone = await api('POST', '/signing-keys/rotate', { keepOld: false });
    expect(alone.json['signingKeys']).toHaveLength(1);
  });

  it('lists the requests, and not its own', async () => {
    await send(stage.emulator, `${stage.emulator.tenantId}/discovery/v2.0/keys`);
    const { json } = await api('GET', '/requests');
    const list = json as unknown as { endpoint: string }[];
    expect(list.at(-1)).toMatchObject({ endpoint: 'keys', status: 200 });
    expect(list.filter(({ endpoint }) => endpoint === 'admin')).toEqual([]);
    await api('DELETE', '/requests');
    expect((await api('GET', '/requests')).json).toEqual([]);
  });

  it.each([
    ['POST', '/users', { oid: 'x', nam: 'y' }, 400, '/nam: no such member; known are oid, '],
    ['POST', '/users', '{', 400, 'The body is no JSON.'],
    [
      'POST',
      '/users',
      { tenantId: '00000000-1111-4222-8333-444444444444' },
      400,
      'is not known. Add it with addTenant',
    ],
    ['POST', '/faults', { aadsts: 1 }, 400, 'AADSTS1 is not a code the emulator knows'],
    ['POST', '/consents', { clientId: 'x' }, 400, '/: the member scopes is missing.'],
    ['POST', '/users/nobody/revoke', undefined, 404, 'There is no user nobody.'],
    ['PATCH', '/users', { disabled: true }, 404, 'There is no such operation.'],
    ['GET', '/secrets', undefined, 404, 'There is no such operation.'],
    ['GET', '/constructor', undefined, 404, 'There is no such operation.'],
  ])('refuses %s %s %j', async (method, path, body, status, message) => {
    const answer = await api(method, path, body);
    expect([answer.status, answer.json['message']]).toEqual([status, expect.stringContaining(message)]);
  });
});

describe('the administration as a page', () => {
  it('shows everything, and no secret', async () => {
    const { text, headers } = await send(stage.emulator, 'admin');
    for (const shown of ['Adele Vance', 'Orders page', 'Signing keys', 'Requests']) {
      expect(text).toContain(shown);
    }
    expect(text).not.toContain(WEB_SECRET);
    expect(headers.get('content-security-policy')).toContain("form-action 'self';");
  });

  it.each([
    [{ action: 'fault', kind: 'throttled', value: '9', endpoint: 'keys' }, { status: 429 }],
    [{ action: 'fault', kind: 'aadsts', value: '50173', endpoint: 'token' }, { aadsts: 50173 }],
    [{ action: 'fault', kind: 'unavailable', endpoint: 'token' }, { status: 503 }],
    [{ action: 'fault', kind: 'delay', value: '50', endpoint: 'token' }, { delayMs: 50 }],
    [{ action: 'fault', kind: 'hang', endpoint: 'token' }, { hang: true }],
    [{ action: 'fault', kind: 'malformed', endpoint: 'token' }, { malformed: true }],
  ])('adds a fault: %j', async (fields, fault) => {
    const { status, headers } = await form(fields);
    expect([status, headers.get('location')]).toEqual([303, '/admin']);
    expect((await api('GET', '/faults')).json).toMatchObject([{ fault }]);
    await form({ action: 'clear-faults' });
  });

  it('changes users, consents, policies and keys', async () => {
    const { ben } = stage.users;
    await form({ action: 'disable', id: ben.oid });
    expect(ben.disabled).toBe(true);
    await form({ action: 'enable', id: ben.oid });
    expect(ben.disabled).toBe(false);
    await form({ action: 'revoke', id: ben.oid });
    expect(ben.tokensValidFrom).toBeInstanceOf(Date);
    await form({ action: 'require', scope: 'api://orders/Write', code: '53003' });
    const { json } = await api('GET', '/conditional-access');
    const [policy] = json as unknown as { policyIds: string[] }[];
    expect(policy).toMatchObject({ code: 53003 });
    await form({ action: 'remove-policy', id: policy?.policyIds[0] ?? '' });
    await form({
      action: 'revoke-consent',
      clientId: stage.desktop.clientId,
      scopes: `${stage.api.clientId}/Read`,
    });
    expect((await api('GET', '/consents')).text).not.toContain(
      `"clientId":"${stage.desktop.clientId}","resourceId":"${stage.api.clientId}"`,
    );
    await form({ action: 'rotate', keepOld: 'false' });
    expect((await api('GET', '')).json['signingKeys']).toHaveLength(1);
    expect((await form({ action: 'explode' })).status).toBe(400);
    expect((await form({ action: 'revoke', id: 'nobody' })).status).toBe(404);
  });
});

describe('the administration answers nobody else', () => {
  const refusal = 'The administration does not answer to pages of another origin.';

  it.each(['http://localhost:4200', 'https://evil.example', 'null', 'https://localhost'])(
    'not a page of %s',
    async (origin) => {
      const json = { 'content-type': 'application/json', origin };
      for (const answer of [
        await api('POST', '/users', { name: 'Mallory' }, json),
        await api('POST', '/signing-keys/rotate', undefined, json),
        await api('GET', '/users', undefined, json),
        await form({ action: 'rotate' }, { origin }),
      ]) {
        expect([answer.status, answer.text]).toEqual([403, refusal]);
      }
    },
  );

  it('not a form that hides where it comes from', async () => {
    expect(await form({ action: 'rotate' }, {})).toMatchObject({ status: 403, text: refusal });
    expect(
      await form({ action: 'rotate' }, { origin: stage.emulator.url, 'sec-fetch-site': 'cross-site' }),
    ).toMatchObject({ status: 403, text: refusal });
  });

  it('not a form in place of JSON', async () => {
    const answer = await api('POST', '/users', 'name=Mallory', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect([answer.status, answer.text]).toEqual([415, 'The body has to be application/json.']);
    expect((await api('POST', '/users', '{}', { 'content-type': 'text/plain' })).status).toBe(415);
  });

  it.each([
    'evil.example',
    'localhost.evil.example',
    'localhost:1',
    '127.0.0.1',
    '127.0.0.1.evil.example:8443',
  ])('not under the name %s', async (host) => {
    const status = await new Promise((resolve, reject) => {
      const { port } = new URL(stage.emulator.url);
      const call = request(
        {
          host: '127.0.0.1',
          port,
          path: '/admin/api/users',
          servername: 'localhost',
          headers: { host },
          ca: stage.emulator.caCertificate,
        },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      call.on('error', reject).end();
    });
    expect(status).toBe(403);
  });

  it('yet by address as well as by name', async () => {
    const { port } = new URL(stage.emulator.url);
    const response = await stage.emulator.fetch(`https://127.0.0.1:${port}/admin/api/users`);
    expect(response.status).toBe(200);
    await response.text();
  });
});
