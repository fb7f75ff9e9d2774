import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { get } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EntraEmulator } from 'entra-emulator';
import { createStage, GRAPH, SECRET, type Stage } from './support/stage.js';
import { postToken, send } from './support/token-client.js';

let stage: Stage;
beforeAll(async () => {
  stage = await createStage();
});
afterAll(() => stage.emulator.stop());

describe('faults', () => {
  it('an AADSTS code comes in its envelope, as often as asked', async () => {
    const { emulator } = stage;
    emulator.failNext({ aadsts: 50173, times: 2 });
    emulator.failNext({ aadsts: 53003, claims: '{"a":1}', suberror: 'basic_action' });
    const codes = [];
    for (let sent = 0; sent < 3; sent += 1) {
      codes.push((await stage.exchange()).json);
    }
    expect(codes).toMatchObject([
      { error_codes: [50173], suberror: 'bad_token' },
      { error_codes: [50173] },
      { error_codes: [53003], claims: '{"a":1}', suberror: 'basic_action' },
    ]);
    expect((await stage.exchange()).status).toBe(200);
    expect(emulator.requests.at(-2)).toMatchObject({ aadsts: 53003, status: 400, error: 'invalid_grant' });
  });

  it('a status alone brings the body of Entra', async () => {
    stage.emulator.failNext({ status: 429 });
    const throttled = await stage.clientCredentials();
    expect(throttled).toMatchObject({ status: 429, text: 'Too Many Requests' });
    expect(throttled.headers.get('retry-after')).toBe('60');
    stage.emulator.failNext({ status: 503, headers: { 'retry-after': '7' }, body: { error: 'x' } });
    const busy = await stage.exchange();
    expect(busy).toMatchObject({ status: 503, json: { error: 'x' } });
    expect(busy.headers.get('retry-after')).toBe('7');
  });

  it('a body is sent as it is', async () => {
    stage.emulator.failNext({ status: 200, body: '<html>', headers: { 'content-type': 'text/html' } });
    const { text, headers } = await stage.exchange();
    expect(text).toBe('<html>');
    expect(headers.get('content-type')).toContain('text/html');
    stage.emulator.failNext({ malformed: true });
    const malformed = await stage.exchange();
    expect(malformed.status).toBe(200);
    expect(() => JSON.parse(malformed.text) as unknown).toThrow(SyntaxError);
  });

  it('strikes the endpoint it is meant for', async () => {
    const { emulator } = stage;
    emulator.failNext({ endpoint: 'keys', status: 500 });
    emulator.failNext({ endpoint: 'discovery', status: 502 });
    expect((await stage.exchange()).status).toBe(200);
    expect((await send(emulator, 'common/v2.0/.well-known/openid-configuration')).status).toBe(502);
    expect((await send(emulator, 'common/discovery/v2.0/keys')).status).toBe(500);
    expect((await send(emulator, 'common/discovery/v2.0/keys')).status).toBe(200);
  });

  it('a delay alone leaves the answer as it is', async () => {
    stage.emulator.failNext({ delayMs: 60 });
    const start = performance.now();
    expect((await stage.exchange()).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThanOrEqual(55);
  });

  it('a connection is reset, or hangs until the client gives up', async () => {
    const { emulator } = stage;
    emulator.failNext({ reset: true });
    await expect(stage.exchange()).rejects.toThrow('fetch failed');
    emulator.failNext({ hang: true });
    const body = new URLSearchParams({ grant_type: 'x' });
    const hanging = emulator.fetch(`${emulator.url}/${emulator.tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body,
      signal: AbortSignal.timeout(300),
    });
    await expect(hanging).rejects.toThrow(/timeout|aborted/i);
    expect(emulator.requests.slice(-2).map(({ status }) => status)).toEqual([0, 0]);
  });

  it('a body drips, or floods', async () => {
    const { emulator } = stage;
    emulator.failNext({ bodyBytes: 3_000_000 });
    const { text, json } = await stage.exchange();
    expect(text).toHaveLength(3_000_000);
    expect(Object.keys(json)).toEqual(['padding']);
    emulator.failNext({ drip: true });
    const body = new URLSearchParams({ grant_type: 'x' });
    const response = await emulator.fetch(`${emulator.url}/${emulator.tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body,
    });
    const reader = response.body?.getReader();
    expect((await reader?.read())?.value).toHaveLength(1);
    await reader?.cancel();
  });
});

describe('recorded requests', () => {
  it('hold digests in place of secrets and tokens', async () => {
    const { emulator, api } = stage;
    const form = stage.obo({
      client_assertion: 'canary-assertion',
      client_assertion_type: 'x',
      refresh_token: 'canary-refresh',
    });
    await postToken(emulator, form, undefined, { 'client-request-id': 'abc', 'user-agent': 'tests' });
    const request = emulator.requests.at(-1);
    expect(request).toMatchObject({
      method: 'POST',
      path: `/${emulator.tenantId}/oauth2/v2.0/token`,
      endpoint: 'token',
      tenant: emulator.tenantId,
      status: 401,
      error: 'invalid_client',
      aadsts: 7000218,
      at: stage.clock.now,
      headers: { 'client-request-id': 'abc', 'user-agent': 'tests' },
      form: { client_id: api.clientId, scope: `${GRAPH}/User.Read` },
    });
    for (const name of ['client_secret', 'assertion', 'client_assertion', 'refresh_token']) {
      expect(request?.form[name]).toMatch(/^sha256:[\w-]{43}$/);
    }
    const text = JSON.stringify(emulator.requests);
    for (const secret of [SECRET, 'canary', form['assertion'] ?? '']) {
      expect(text).not.toContain(secret);
    }
  });

  it('hold no secret that came in the Authorization header or the query', async () => {
    const authorization = `Basic ${Buffer.from(`${stage.api.clientId}:${SECRET}`).toString('base64')}`;
    await postToken(
      stage.emulator,
      stage.obo({ client_id: undefined, client_secret: undefined }),
      undefined,
      { authorization },
    );
    await send(stage.emulator, `${stage.emulator.tenantId}/oauth2/v2.0/token?client_secret=${SECRET}`);
    expect(JSON.stringify(stage.emulator.requests)).not.toContain(SECRET);
  });

  it('name the endpoints', async () => {
    const { emulator } = stage;
    const paths = [
      'common/discovery/keys',
      'common/.well-known/openid-configuration',
      'common/discovery/instance',
      'common/oauth2/v2.0/authorize',
      'favicon.ico',
    ];
    const before = emulator.requests.length;
    for (const path of paths) {
      await send(emulator, path);
    }
    const names = emulator.requests.slice(before).map(({ endpoint }) => endpoint);
    expect(names).toEqual(['keys', 'discovery', 'instance', 'authorize', 'other']);
  });
});

describe('requests that are no requests for tokens', () => {
  it.each([
    ['nowhere', 404],
    ['nothing', 404],
    ['%E0%A4%A/oauth2/v2.0/token', 400],
    ['common/oauth2/v2.0/authorize', 400],
  ])('%j is %d', async (path, status) => {
    expect((await send(stage.emulator, path)).status).toBe(status);
  });

  it('a body of more than 1 MiB is refused', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const path = `${stage.emulator.tenantId}/oauth2/v2.0/token`;
    const just = await send(stage.emulator, path, { method: 'POST', headers, body: 'x'.repeat(1024 * 1024) });
    expect(just.status).toBe(400);
    const answer = await stage.emulator
      .fetch(`${stage.emulator.url}/${path}`, { method: 'POST', headers, body: 'x'.repeat(1024 * 1024 + 1) })
      .then(({ status }) => status);
    expect(answer).toBe(413);
    expect((await stage.exchange()).status).toBe(200);
  });

  it('preflights and other methods', async () => {
    const token = `${stage.emulator.tenantId}/oauth2/v2.0/token`;
    const preflight = await send(stage.emulator, token, { method: 'OPTIONS' });
    expect(preflight.headers.get('access-control-allow-methods')).toBe('POST, OPTIONS');
    expect((await send(stage.emulator, token, { method: 'PUT' })).json['error_codes']).toEqual([900561]);
    expect((await send(stage.emulator, 'common/discovery/keys', { method: 'POST' })).status).toBe(405);
    const head = await send(stage.emulator, 'common/discovery/keys', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, text: '' });
  });

  it('a bug in the emulator is a 500, and no end', async () => {
    stage.api.certificates.push('no certificate');
    try {
      const header = Buffer.from('{"alg":"RS256","kid":"x"}').toString('base64url');
      const payload = Buffer.from('{"iss":"x","aud":"x"}').toString('base64url');
      expect((await stage.exchangeWith(`${header}.${payload}.AA`)).status).toBe(500);
    } finally {
      stage.api.certificates.pop();
    }
    expect((await stage.exchange()).status).toBe(200);
  });
});

describe('consent that is taken back', () => {
  it('is missed at once', async () => {
    const { emulator, api } = stage;
    emulator.grantConsent({ clientId: api.clientId, scopes: 'Mail.Read', userId: stage.user.oid });
    expect((await stage.exchange({ scope: 'Mail.Read' })).status).toBe(200);
    emulator.revokeConsent({ clientId: api.clientId, scopes: 'Mail.Read', userId: stage.user.oid });
    expect((await stage.exchange({ scope: 'Mail.Read' })).json['error_codes']).toEqual([65001]);
  });
});

describe('start and stop', () => {
  it('trusts nobody else, serves both loopback names, and leaves nothing behind', async () => {
    const emulator = await EntraEmulator.start({ users: [{ name: 'Ada' }], applications: [{ name: 'a' }] });
    const url = `${emulator.url}/common/discovery/v2.0/keys`;
    expect(readFileSync(emulator.caCertificateFile, 'utf8')).toBe(emulator.caCertificate);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    expect((await emulator.fetch(url.replace('localhost', '127.0.0.1'))).status).toBe(200);
    expect((await emulator.fetch(new Request(url))).status).toBe(200);
    const status = await new Promise((resolve, reject) => {
      get(url, { ca: emulator.caCertificate }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
    expect(status).toBe(200);
    emulator.failNext({ endpoint: 'keys', hang: true });
    const hanging = emulator.fetch(url).then(
      () => 'answered',
      () => 'failed',
    );
    await Promise.all([emulator.stop(), emulator.stop()]);
    expect(await hanging).toBe('failed');
    expect(existsSync(emulator.caCertificateFile)).toBe(false);
    const { port } = new URL(url);
    await expect(
      new Promise((resolve, reject) =>
        connect(Number(port), '127.0.0.1').on('connect', resolve).on('error', reject),
      ),
    ).rejects.toThrow('ECONNREFUSED');
  });

  it('stops when its options make no sense', async () => {
    await expect(EntraEmulator.start({ users: [{ oid: 'x' }] })).rejects.toThrow('oid must be a GUID');
    await expect(EntraEmulator.start({ tenantId: 'x' })).rejects.toThrow('tenantId must be a GUID');
  });
});
