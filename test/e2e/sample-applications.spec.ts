import { EntraEmulator } from 'entra-emulator';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AppModule as DownstreamModule } from '../../apps/downstream-api/src/app.module.js';
import { AppModule as SampleModule } from '../../apps/sample-api/src/app.module.js';
import { ADAPTERS, startModule } from '../support/nest-app.js';

const SAMPLE = '11111111-aaaa-4bbb-8ccc-000000000001';
const DOWNSTREAM = '11111111-aaaa-4bbb-8ccc-000000000002';
const PAGE = '11111111-aaaa-4bbb-8ccc-000000000003';

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
      scopes: ['User.Read'],
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
    vi.stubEnv('DOWNSTREAM_API_URL', await downstream.nest.getUrl());
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
  });
});
