import { afterEach, describe, expect, it, vi } from 'vitest';
import { startManagedIdentity } from '../../../../../test/support/managed-identity.js';
import { ManagedIdentitySource } from './managed-identity.source.js';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const credential = { sourceType: 'SignedAssertionFromManagedIdentity' } as const;
const target = { clientId: 'client', tokenEndpoint: 'https://login.example/token' };

describe('ManagedIdentitySource at the instance metadata service', () => {
  it('gets a token for the exchange, and a new one each time it loads', async () => {
    let issued = 0;
    const imds = await startManagedIdentity(() => ({ token: `token-${++issued}`, lifetimeSeconds: 3600 }));
    vi.stubEnv('AZURE_POD_IDENTITY_AUTHORITY_HOST', imds.url);
    const now = Date.now();
    vi.useFakeTimers({ now, toFake: ['Date'] });

    const source = new ManagedIdentitySource(credential, { timeoutMs: 2_000 });
    const loaded = await source.load();
    expect(await loaded.authenticate(target)).toEqual({ clientAssertion: 'token-1' });
    expect(loaded.renewAt).toBeGreaterThan(now + 0.8 * 3_598_000);
    expect(loaded.renewAt).toBeLessThanOrEqual(now + 0.8 * 3_600_000);
    expect(await (await source.load()).authenticate(target)).toEqual({ clientAssertion: 'token-2' });
    expect(imds.requests[0]).toMatchObject({ resource: 'api://AzureADTokenExchange', clientId: null });

    const national = new ManagedIdentitySource(
      {
        ...credential,
        managedIdentityClientId: '2c9d8e71-5a34-4b0f-8a6d-90e1f2a3b4c5',
        tokenExchangeUrl: 'api://AzureADTokenExchangeUSGov',
      },
      { timeoutMs: 2_000 },
    );
    await national.load();
    expect(imds.requests.at(-1)).toMatchObject({
      resource: 'api://AzureADTokenExchangeUSGov',
      clientId: '2c9d8e71-5a34-4b0f-8a6d-90e1f2a3b4c5',
    });

    imds.fail(400);
    const refused = await source.load().catch((error: unknown) => error);
    expect(refused).toMatchObject({
      name: 'CredentialFault',
      message:
        'got no token of the managed identity (invalid_request); check that the API runs where it has one.',
      isTemporary: true,
    });
    expect(String((refused as Error).cause)).not.toContain('canary');

    imds.fail(503);
    const impatient = new ManagedIdentitySource(credential, { timeoutMs: 200 });
    await expect(impatient.load()).rejects.toThrow(
      'got no token of the managed identity (status 503); check that the API runs where it has one.',
    );
  });
});
