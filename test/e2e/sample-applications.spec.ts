import { EntraEmulator } from 'entra-emulator';
import { readChallenge } from 'nestjs-entra/client';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AppModule as DownstreamModule } from '../../apps/downstream-api/src/app.module.js';
import { AppModule as SampleModule } from '../../apps/sample-api/src/app.module.js';
import { ADAPTERS, startModule, type App } from '../support/nest-app.js';

const SAMPLE = '11111111-aaaa-4bbb-8ccc-000000000001';
const DOWNSTREAM = '11111111-aaaa-4bbb-8ccc-000000000002';
const PAGE = '11111111-aaaa-4bbb-8ccc-000000000003';

/** What a page asks its user for when a route refuses the token. */
async function claimsAsked(app: App, path: string, token: string): Promise<string | undefined> {
  const { status, headers } = await app.get(path, token);
  expect([path, status]).toEqual([path, 401]);
  return (await readChallenge(new Response('', { headers })))?.claims;
}

describe.each(ADAPTERS)('The sample applications on %s', (adapter) => {
  it('GET /me gives the user’s own data from the downstream API, which saw user and calling application', async () => {
    const emulator = await EntraEmulator.start();
    onTestFinished(() => emulator.stop());
    const adele = emulator.addUser({ name: 'Adele Vance' });
    const ben = emulator.addUser({ name: 'Ben Walters' });
    emulator.addApplication({
      clientId: SAMPLE,
      scopes: ['access_as_user'],
      clientSecrets: ['secret-of-sample'],
    });
    emulator.addApplication({
      clientId: DOWNSTREAM,
      identifierUris: ['api://downstream-api'],
      scopes: ['User.Read', 'Calendar.Read'],
    });
    emulator.grantConsent({ clientId: SAMPLE, scopes: 'api://downstream-api/User.Read' });
    // The applications read their settings from the environment and use the global fetch, as in production.
    const globalFetch = globalThis.fetch;
    vi.stubGlobal('fetch', (input: string | URL, init?: RequestInit) =>
      new URL(input).protocol === 'https:' ? emulator.fetch(input, init) : globalFetch(input, init),
    );
    vi.stubEnv('AZURE_AUTHORITY_HOST', emulator.url);
    vi.stubEnv('AZURE_TENANT_ID', emulator.tenantId);
    onTestFinished(() => {
      vi.unstubAllGlobals();
      vi.unstubAllEnvs();
    });
    vi.stubEnv('AZURE_CLIENT_ID', DOWNSTREAM);
    const downstream = await startModule(adapter, DownstreamModule);
    vi.stubEnv('AZURE_CLIENT_ID', SAMPLE);
    vi.stubEnv('AZURE_CLIENT_SECRET', 'secret-of-sample');
    const downstreamUrl = await downstream.nest.getUrl();
    vi.stubEnv('DOWNSTREAM_API_URL', downstreamUrl);
    // Where it listens; known when the first request comes.
    vi.stubEnv('PORT', new URL(downstreamUrl).port);
    const sample = await startModule(adapter, SampleModule);
    const tokenOf = (oid: string) =>
      emulator.issueAccessToken({ aud: SAMPLE, azp: PAGE, oid, scp: 'access_as_user' });

    for (const user of [adele, ben]) {
      expect((await sample.get('/me', tokenOf(user.oid))).body).toEqual({
        name: user.name,
        downstream: {
          user: { oid: user.oid, name: user.name, preferredUsername: user.preferredUsername },
          callingApplication: SAMPLE,
          scopes: ['User.Read'],
        },
      });
    }
    expect((await sample.get('/health')).body).toEqual({ status: 'ok' });
    expect((await sample.get('/me')).status).toBe(401);
    expect((await sample.get('/payroll', tokenOf(adele.oid))).status).toBe(403);
    expect((await downstream.get('/whoami', tokenOf(adele.oid))).status).toBe(401);

    // The downstream API ends the session: its caller gets a better token by itself, and ours hears nothing of it.
    const token = tokenOf(adele.oid);
    expect((await sample.get('/me', token)).status).toBe(200);
    const ended = await fetch(`${await sample.nest.getUrl()}/session`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}` },
    });
    expect(ended.status).toBe(204);
    const seen = emulator.requests.length;
    expect((await sample.get('/me', token)).status).toBe(200);
    expect(emulator.requests.slice(seen).filter(({ endpoint }) => endpoint === 'token')).toMatchObject([
      { status: 200, form: { claims: expect.stringContaining('"nbf"') } },
    ]);

    // It redirects to a storage, which gets no token.
    const { downloadUrl } = (await sample.get('/documents/a b', token)).body as { downloadUrl: string };
    expect(downloadUrl).toBe(`http://localhost:${new URL(downstreamUrl).port}/storage/a%20b`);
    expect(await (await fetch(downloadUrl)).json()).toMatchObject({ name: 'a b', sawToken: false });

    // What each challenge is answered with: consent, a stronger sign-in, and what a policy of the downstream API wants.
    const { body } = await sample.get('/calendar', tokenOf(adele.oid));
    expect(body).toMatchObject({ code: 'consent_required', consentUri: expect.stringMatching(/^https:/) });
    emulator.grantConsent({ clientId: SAMPLE, scopes: 'api://downstream-api/Calendar.Read' });
    expect((await sample.get('/calendar', tokenOf(ben.oid))).body).toEqual({ events: [] });

    const capable = { aud: SAMPLE, azp: PAGE, oid: adele.oid, scp: 'access_as_user', xms_cc: ['cp1'] };
    expect(await claimsAsked(sample, '/vault', emulator.issueAccessToken(capable))).toBe(
      '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}',
    );
    const steppedUp = emulator.issueAccessToken({ ...capable, acrs: ['c1'] });
    expect((await sample.get('/vault', steppedUp)).status).toBe(200);

    const { policyIds } = emulator.requireClaims({ scope: 'api://downstream-api/User.Read' });
    const before = emulator.issueAccessToken(capable);
    expect(await claimsAsked(sample, '/me', before)).toContain(policyIds[0]);
    const after = emulator.issueAccessToken(capable, { satisfies: policyIds });
    expect((await sample.get('/me', after)).status).toBe(200);
  });
});
