import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeCertificate, pkcs12Of } from '../../../../../test/support/certificates.js';
import { startKeyVault, type KeyVault } from '../../../../../test/support/key-vault.js';
import { appServiceVariables, startManagedIdentity } from '../../../../../test/support/managed-identity.js';
import { KeyVaultSource } from './key-vault.source.js';

const NAME = 'orders-api';
const SECRET = `/secrets/${NAME}/v1`;

afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

/** A vault with one certificate, and whoever loads it. */
async function setUp(timeoutMs = 10_000) {
  const vault = await startKeyVault((token) => token === 'vault-token');
  const made = await makeCertificate();
  put(vault, made, 'v1');
  const credential = {
    sourceType: 'KeyVault',
    keyVaultUrl: vault.url,
    keyVaultCertificateName: NAME,
  } as const;
  return { vault, source: new KeyVaultSource(credential, { sendX5C: false, timeoutMs }) };
}

function put(vault: KeyVault, made: Awaited<ReturnType<typeof makeCertificate>>, version: string): void {
  const value = pkcs12Of(made).toString('base64');
  vault.certificates.set(NAME, { version, value, contentType: 'application/x-pkcs12' });
}

describe('KeyVaultSource', () => {
  // msal-node keeps the endpoint that it found first for the life of the process: one serves all of these.
  beforeEach(async () => {
    const identity = await startManagedIdentity(() => ({ token: 'vault-token', lifetimeSeconds: 86_400 }));
    for (const [name, value] of Object.entries(appServiceVariables(identity))) vi.stubEnv(name, value);
  });

  it('answers the challenge, and reads certificate and key of the current version', async () => {
    const { vault, source } = await setUp();
    const { certificate, renewAt } = await source.load();
    expect(certificate?.thumbprint).toMatch(/^[0-9A-F]{64}$/);
    expect(vault.paths).toEqual([`/certificates/${NAME}/`, SECRET]);
    expect(renewAt).toBeGreaterThan(Date.now() + 3_599_000);
    expect(renewAt).toBeLessThanOrEqual(Date.now() + 3_600_000);
  });

  it('on the interval asks for the version alone, and for the key of a new one', async () => {
    const { vault, source } = await setUp();
    const first = await source.load();
    expect((await source.load()).id).toBe(first.id);
    expect(vault.paths).toEqual([`/certificates/${NAME}/`, SECRET, `/certificates/${NAME}/`]);
    put(vault, await makeCertificate(), 'v2');
    expect((await source.load()).id).not.toBe(first.id);
    expect(vault.paths.slice(3)).toEqual([`/certificates/${NAME}/`, `/secrets/${NAME}/v2`]);
  });

  it('says that a key cannot be exported', async () => {
    const { vault, source } = await setUp();
    vault.certificates.set(NAME, { ...vault.certificates.get(NAME)!, isExportable: false });
    await expect(source.load()).rejects.toMatchObject({
      message:
        'is a certificate whose private key cannot be exported; set "exportable" in its policy and issue a new version.',
      isTemporary: false,
    });
  });

  it.each<[number, boolean, (url: string) => string]>([
    [
      403,
      false,
      (url) =>
        `may not read ${NAME} from ${url} (status 403); give its identity the role Key Vault Certificate User.`,
    ],
    [404, false, (url) => `found no ${NAME} from ${url} (status 404); check keyVaultCertificateName.`],
    [
      503,
      true,
      (url) =>
        `could not get ${NAME} from ${url} (status 503); check that the vault and an identity for it can be reached.`,
    ],
  ])('says what a %i means, and nothing of what the vault wrote', async (status, isTemporary, message) => {
    const { vault, source } = await setUp();
    vault.fail(status);
    const fault = await source.load().catch((error: unknown) => error);
    expect(fault).toMatchObject({ name: 'CredentialFault', message: message(vault.url), isTemporary });
    expect((fault as Error).cause).toBeUndefined();
    vault.fail(undefined);
    await expect(source.load()).resolves.toBeDefined();
  });

  it('is out of reach, and not configured wrongly, when nothing answers', async () => {
    const source = new KeyVaultSource(
      { sourceType: 'KeyVault', keyVaultUrl: 'https://127.0.0.1:1', keyVaultCertificateName: NAME },
      { sendX5C: false, timeoutMs: 5_000 },
    );
    await expect(source.load()).rejects.toMatchObject({
      message: `could not get ${NAME} from https://127.0.0.1:1 (ECONNREFUSED); check that the vault and an identity for it can be reached.`,
      isTemporary: true,
    });
  });

  it('reads no answer without an end', async () => {
    const { vault, source } = await setUp();
    let written = 0;
    vault.answerWith((response) => {
      const write = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536))) written += 65_536;
        if (!response.destroyed) response.once('drain', write);
      };
      write();
    });
    await expect(source.load()).rejects.toMatchObject({
      message:
        'got an answer of more than 262144 bytes from the vault or the identity for it; check keyVaultUrl and the proxy.',
      isTemporary: true,
    });
    expect(written).toBeLessThan(16 * 1024 * 1024); // What the sockets of both sides hold, besides.
  });

  it('reads no value that is longer than a vault can hold', async () => {
    const { vault, source } = await setUp();
    vault.certificates.set(NAME, { ...vault.certificates.get(NAME)!, value: 'A'.repeat(1024 * 1024) });
    await expect(source.load()).rejects.toThrow('got an answer of more than 262144 bytes');
  });

  it('follows no redirect', async () => {
    const { vault, source } = await setUp();
    vault.answerWith((response) => response.writeHead(307, { location: `${vault.url}/elsewhere` }).end('{}'));
    await expect(source.load()).rejects.toThrow('(status 307)');
    expect(vault.paths).toEqual([`/certificates/${NAME}/`]);
  });

  it('does not wait longer than it may', async () => {
    const { source } = await setUp(1);
    await expect(source.load()).rejects.toMatchObject({
      message: expect.stringContaining('(no answer in time)') as string,
      isTemporary: true,
    });
  });
});
