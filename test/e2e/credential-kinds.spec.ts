import { Controller, Get } from '@nestjs/common';
import type { EntraAuthOptions } from 'nestjs-entra';
import { TokenAcquisitionService, type ClientCredential } from 'nestjs-entra';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { makeCertificate, pkcs12Of, writeFiles } from '../support/certificates.js';
import { startKeyVault } from '../support/key-vault.js';
import { appServiceVariables, startManagedIdentity } from '../support/managed-identity.js';
import { ADAPTERS, startApp, type Adapter } from '../support/nest-app.js';
import { startWorld, type World } from '../support/world.js';

const SUBJECT = 'system:serviceaccount:shop:orders-api';
const IDENTITY = '2c9d8e71-5a34-4b0f-8a6d-90e1f2a3b4c5';

@Controller('orders')
class OrdersController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get()
  async orders() {
    return { source: (await this.tokens.getTokenForUser('api://orders/Read')).source };
  }
}

afterEach(() => vi.unstubAllEnvs());

/** An assertion of an issuer that the API's registration trusts. */
const federatedAssertion = ({ emulator }: World, claims: Record<string, unknown> = {}) =>
  emulator.issueAccessToken({
    aud: 'api://AzureADTokenExchange',
    sub: SUBJECT,
    scp: undefined,
    ...claims,
  });

/** Starts the API, has it exchange a token of its caller, and gives the proof it showed. */
async function exchangeWith(
  adapter: Adapter,
  world: World,
  credential: ClientCredential,
  changes: Partial<EntraAuthOptions> = {},
) {
  const options = world.options({ clientCredentials: [credential], ...changes });
  const app = await startApp(adapter, options, { controllers: [OrdersController] });
  const answer = await app.get('/orders', world.token());
  return { app, answer, exchange: world.exchanges()[0] };
}

describe.each(ADAPTERS)('A token is exchanged on %s with', (adapter) => {
  it.each<[string, string | undefined]>([
    ['with a password', 'pass'],
    ['without a password', undefined],
  ])('a certificate in a PKCS#12 file %s', async (_what, password) => {
    const made = await makeCertificate();
    const world = await startWorld({ certificate: made.certificate });
    const { 'api.pfx': certificateDiskPath } = writeFiles({ 'api.pfx': pkcs12Of(made, password) });
    const credential: ClientCredential = {
      sourceType: 'Path',
      certificateDiskPath,
      ...(password && { certificatePassword: password }),
    };
    expect(await exchangeWith(adapter, world, credential)).toMatchObject({
      answer: { status: 200, body: { source: 'identity-platform' } },
      exchange: { status: 200, form: { client_assertion: expect.any(String) as string } },
    });
  });

  it.each<[string, (made: Awaited<ReturnType<typeof makeCertificate>>) => string]>([
    ['PKCS#12', (made) => pkcs12Of(made).toString('base64')],
    ['PEM', ({ certificate, privateKey }) => Buffer.from(certificate + privateKey).toString('base64')],
  ])('a certificate in base64: %s', async (_what, encode) => {
    const made = await makeCertificate();
    const world = await startWorld({ certificate: made.certificate });
    const credential: ClientCredential = { sourceType: 'Base64Encoded', base64EncodedValue: encode(made) };
    expect((await exchangeWith(adapter, world, credential)).answer.status).toBe(200);
  });

  it.each([
    ['is sent on request, for a registration that trusts its subject name', true, 200, undefined],
    ['is not sent otherwise', false, 500, 700027],
  ])('a PEM bundle with its chain, which %s', async (_what, sendX5C, status, aadsts) => {
    const [made, authority] = await Promise.all([makeCertificate(), makeCertificate()]);
    const world = await startWorld();
    world.api.trustedSubjectNames.push('CN=API under test');
    const { 'bundle.pem': certificateDiskPath } = writeFiles({
      'bundle.pem': `${made.privateKey}${made.certificate}\n${authority.certificate}`,
    });
    const credential: ClientCredential = { sourceType: 'Path', certificateDiskPath };
    const { answer, exchange } = await exchangeWith(adapter, world, credential, { sendX5C });
    expect(answer.status).toBe(status);
    expect(exchange?.aadsts).toBe(aadsts);
  });

  it('a signed assertion in the file of workload identity', async () => {
    const world = await startWorld({ federated: { subject: SUBJECT } });
    const { token } = writeFiles({ token: `${federatedAssertion(world)}\n` });
    vi.stubEnv('AZURE_FEDERATED_TOKEN_FILE', token);
    const credential: ClientCredential = { sourceType: 'SignedAssertionFilePath' };
    expect((await exchangeWith(adapter, world, credential)).answer.status).toBe(200);
  });

  it('an assertion that the application gets by itself', async () => {
    const world = await startWorld({ federated: { subject: SUBJECT } });
    const getAssertion = vi.fn(() => federatedAssertion(world));
    const credential: ClientCredential = { sourceType: 'CustomSignedAssertion', getAssertion };
    expect((await exchangeWith(adapter, world, credential)).answer.status).toBe(200);
    expect(getAssertion).toHaveBeenCalledExactlyOnceWith({
      clientId: world.options().clientId,
      tokenEndpoint: `${world.emulator.url}/${world.emulator.tenantId}/oauth2/v2.0/token`,
      signal: expect.any(AbortSignal) as AbortSignal,
    });
  });

  it('an assertion of the application that throws: 500, and what was thrown goes nowhere', async () => {
    const world = await startWorld({ federated: { subject: SUBJECT } });
    const credential: ClientCredential = {
      sourceType: 'CustomSignedAssertion',
      getAssertion: () => Promise.reject(new Error('canary-of-the-application')),
    };
    const { app, answer } = await exchangeWith(adapter, world, credential);
    expect(answer).toMatchObject({ status: 500, body: { code: 'client_credential_rejected' } });
    expect(world.exchanges()).toEqual([]);
    expect(app.log.join('\n')).toContain(
      'clientCredentials[0] (CustomSignedAssertion) has a getAssertion that threw',
    );
    expect(`${answer.text}${app.log.join('\n')}`).not.toContain('canary');
  });
});

/** msal-node keeps the endpoint that it found first for the life of the process, so these have one of their own. */
describe('With a managed identity on App Service', () => {
  it('a token is exchanged, and a certificate of Key Vault is got with it', async () => {
    const world = await startWorld({ federated: { subject: SUBJECT } });
    const identity = await startManagedIdentity(({ resource }) => ({
      token: resource === 'https://vault.test' ? 'vault-token' : federatedAssertion(world),
      lifetimeSeconds: 86_400,
    }));
    for (const [name, value] of Object.entries(appServiceVariables(identity))) vi.stubEnv(name, value);

    for (const adapter of ADAPTERS) {
      const credential: ClientCredential = {
        sourceType: 'SignedAssertionFromManagedIdentity',
        managedIdentityClientId: IDENTITY,
      };
      const { app, answer } = await exchangeWith(adapter, world, credential);
      expect(answer.status).toBe(200);
      // One token of the managed identity serves all exchanges.
      expect((await app.get('/orders', world.token({ oid: IDENTITY }))).status).toBe(200);
    }
    expect(
      identity.requests.map(({ resource, clientId, apiVersion }) => [resource, clientId, apiVersion]),
    ).toEqual(ADAPTERS.map(() => ['api://AzureADTokenExchange', IDENTITY, '2019-08-01']));

    const vault = await startKeyVault(
      (token, resource) => token === 'vault-token' && resource === 'https://vault.test',
    );
    for (const adapter of ADAPTERS) {
      for (const contentType of ['application/x-pkcs12', 'application/x-pem-file'] as const) {
        const made = await makeCertificate();
        const value =
          contentType === 'application/x-pkcs12'
            ? pkcs12Of(made).toString('base64')
            : `${made.privateKey}${made.certificate}`;
        vault.certificates.set('orders-api', { version: 'v1', value, contentType });
        const registered = await startWorld({ certificate: made.certificate });
        const credential: ClientCredential = {
          sourceType: 'KeyVault',
          keyVaultUrl: vault.url,
          keyVaultCertificateName: 'orders-api',
        };
        const { answer, exchange } = await exchangeWith(adapter, registered, credential);
        expect(answer.status).toBe(200);
        expect(exchange?.form).toHaveProperty('client_assertion');
      }
    }
  });
});
