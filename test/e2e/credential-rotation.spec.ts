import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get } from '@nestjs/common';
import { TokenAcquisitionService, type ClientCredential } from 'nestjs-entra';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { makeCertificate, writeFiles, type TestCertificate } from '../support/certificates.js';
import { startManagedIdentity } from '../support/managed-identity.js';
import { takeOverClocks } from '../support/clocks.js';
import { startApp, type App } from '../support/nest-app.js';
import { API, startWorld, type World } from '../support/world.js';

const SUBJECT = 'system:serviceaccount:shop:orders-api';
const REQUESTS = 1_000;
const AT_ONCE = 25;

@Controller('orders')
class OrdersController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get()
  async orders() {
    return { source: (await this.tokens.getTokenForUser('api://orders/Read')).source };
  }
}

const controllers = [OrdersController];

/** A mounted secret, as Kubernetes writes it: versions in folders of their own, and a link that is turned. */
function mountedSecret() {
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-entra-mount-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  let version = 0;
  return {
    path: (name: string) => join(folder, name),
    write(files: Record<string, string>): void {
      const data = `..version_${++version}`;
      mkdirSync(join(folder, data));
      for (const [name, text] of Object.entries(files)) {
        writeFileSync(join(folder, data, name), text);
        if (version === 1) symlinkSync(join('..data', name), join(folder, name));
      }
      symlinkSync(data, join(folder, '..data_tmp'));
      renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    },
  };
}

const filesOf = ({ certificate, privateKey }: TestCertificate) => ({
  'tls.crt': certificate,
  'tls.key': privateKey,
});

/** Sends requests of as many users, each of which needs an exchange; `at` says what happens at which of them. */
async function underLoad(
  app: App,
  world: World,
  at: Record<number, () => void>,
): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < REQUESTS) {
      const number = next++;
      at[number]?.();
      const { status } = await app.get('/orders', world.token());
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return statuses;
}

describe('A credential is rotated without a restart', () => {
  it('a certificate of a mounted secret, under load: no request fails', async () => {
    const [old, renewed] = await Promise.all([makeCertificate(), makeCertificate()]);
    const world = await startWorld({ certificate: old.certificate });
    const mount = mountedSecret();
    mount.write(filesOf(old));
    const clientCredentials: ClientCredential[] = [
      {
        sourceType: 'Path',
        certificateDiskPath: mount.path('tls.crt'),
        privateKeyDiskPath: mount.path('tls.key'),
      },
    ];
    const app = await startApp('fastify', world.options({ clientCredentials }), { controllers });
    const statuses = await underLoad(app, world, {
      // The old one is refused from the moment on that the new one is there.
      400: () => {
        mount.write(filesOf(renewed));
        world.api.certificates.splice(0, 1, renewed.certificate);
      },
    });
    expect(Object.fromEntries(statuses)).toEqual({ 200: REQUESTS });
    expect(world.exchanges().length).toBeGreaterThanOrEqual(REQUESTS);
    const proofs = world.exchanges().map(({ form }) => form?.['client_assertion']);
    expect(new Set(proofs).size).toBe(2);
    // Only what was on its way when the certificate changed was refused.
    const refused = world.exchanges().filter(({ status }) => status !== 200);
    expect(refused.length).toBeLessThanOrEqual(AT_ONCE);
    expect(refused.filter(({ aadsts }) => aadsts !== 700027)).toEqual([]);
  }, 90_000);
});

describe('A credential that the identity platform does not take any more', () => {
  it.each<[number, (world: World) => void]>([
    [
      7000222,
      ({ api }) => void api.clientSecrets.splice(0, 1, { value: API.secret, expiresOn: new Date(0) }),
    ],
    [7000215, ({ api }) => void api.clientSecrets.splice(0, 1, { value: 'another' })],
  ])('AADSTS%i: the next in the list serves the request', async (aadsts, change) => {
    const { certificate, privateKey } = await makeCertificate();
    const world = await startWorld();
    world.api.certificates.push(certificate);
    const clientCredentials: ClientCredential[] = [
      { sourceType: 'ClientSecret', clientSecret: API.secret },
      { sourceType: 'Certificate', certificate, privateKey },
    ];
    const app = await startApp('express', world.options({ clientCredentials }), { controllers });
    expect((await app.get('/orders', world.token())).status).toBe(200);
    change(world);
    expect((await app.get('/orders', world.token())).status).toBe(200);
    expect((await app.get('/orders', world.token())).status).toBe(200);
    expect(
      world.exchanges().map(({ aadsts: code, form }) => [code, form && 'client_secret' in form]),
    ).toEqual([
      [undefined, true],
      [aadsts, true],
      [undefined, false],
      [undefined, false],
    ]);
    expect(app.log.filter((line) => line.startsWith('warn'))).toEqual([
      expect.stringContaining(
        `clientCredentials[0] (ClientSecret) was refused (AADSTS${aadsts}). It is loaded anew, and another is used if there is one.`,
      ),
    ]);
  });

  it.each([7000214, 7000274, 7000277, 1000502, 700024])('AADSTS%i: the same', async (aadsts) => {
    const { certificate, privateKey } = await makeCertificate();
    const world = await startWorld();
    world.api.certificates.push(certificate);
    const clientCredentials: ClientCredential[] = [
      { sourceType: 'Certificate', certificate, privateKey },
      { sourceType: 'ClientSecret', clientSecret: API.secret },
    ];
    const app = await startApp('express', world.options({ clientCredentials }), { controllers });
    world.emulator.failNext({ endpoint: 'token', aadsts });
    expect((await app.get('/orders', world.token())).status).toBe(200);
    expect(world.exchanges().map(({ aadsts: code }) => code)).toEqual([aadsts, undefined]);
  });

  it('an assertion in a file is read anew when it was refused', async () => {
    const world = await startWorld({ federated: { subject: SUBJECT } });
    const assertion = (sub: string) =>
      world.emulator.issueAccessToken({ aud: 'api://AzureADTokenExchange', sub, scp: undefined });
    const { token } = writeFiles({ token: assertion('system:serviceaccount:shop:old') });
    const clientCredentials: ClientCredential[] = [
      { sourceType: 'SignedAssertionFilePath', signedAssertionFileDiskPath: token },
    ];
    const app = await startApp('express', world.options({ clientCredentials }), { controllers });
    writeFileSync(`${token}.new`, assertion(SUBJECT));
    renameSync(`${token}.new`, token);
    world.emulator.failNext({ endpoint: 'token', aadsts: 700024 });
    expect((await app.get('/orders', world.token())).status).toBe(200);
    expect(world.exchanges().map(({ status }) => status)).toEqual([401, 200]);
  });
});

describe('A managed identity that is out of reach at boot', () => {
  it('the application starts, answers 503, and serves once it is there', async () => {
    const world = await startWorld({ federated: { subject: SUBJECT } });
    const identity = await startManagedIdentity(() => ({
      token: world.emulator.issueAccessToken({
        aud: 'api://AzureADTokenExchange',
        sub: SUBJECT,
        scp: undefined,
      }),
      lifetimeSeconds: 3600,
    }));
    vi.stubEnv('AZURE_POD_IDENTITY_AUTHORITY_HOST', identity.url);
    onTestFinished(() => void vi.unstubAllEnvs());
    identity.fail(400);
    const clientCredentials: ClientCredential[] = [{ sourceType: 'SignedAssertionFromManagedIdentity' }];
    const app = await startApp('fastify', world.options({ clientCredentials }), { controllers });
    expect(app.log.join('\n')).toContain(
      'clientCredentials[0] (SignedAssertionFromManagedIdentity) got no token of the managed identity (invalid_request); check that the API runs where it has one. It is tried again when a token is needed.',
    );
    const refused = await app.get('/orders', world.token());
    expect(refused).toMatchObject({ status: 503, body: { code: 'identity_platform_unavailable' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(refused.text).not.toContain('canary');

    identity.fail(undefined);
    takeOverClocks().pass(61_000);
    expect((await app.get('/orders', world.token({ nonce: 'another' }))).status).toBe(200);
  });
});
