import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeCertificate, pkcs12Of } from '../../../../../test/support/certificates.js';
import { CertificatePathSource } from './certificate-path.source.js';
import { CertificateTextSource } from './certificate-text.source.js';
import { SignedAssertionFileSource } from './signed-assertion-file.source.js';

const NOW = Date.UTC(2026, 10, 1);
const options = { sendX5C: false };

let folder = '';
const file = (name: string) => join(folder, name);
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'credential-sources-'))));
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

function pipe(name: string): string {
  execFileSync('mkfifo', [file(name)]);
  return file(name);
}

/** Puts files into a folder as Kubernetes does: into a new folder, to which a symbolic link is then turned. */
function mount(version: string, files: Record<string, string>): void {
  mkdirSync(file(version));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(file(version), name), text);
  symlinkSync(version, file('..data_tmp'));
  renameSync(file('..data_tmp'), file('..data'));
  for (const name of Object.keys(files)) {
    try {
      symlinkSync(join('..data', name), file(name));
    } catch {
      // It has been there since the first version.
    }
  }
}

const jwt = (claims: object) =>
  [{ alg: 'RS256' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.') + '.c2ln';

describe('CertificatePathSource', () => {
  it('notices a file that was replaced, whichever way, and nothing else', async () => {
    const [first, second, third] = await Promise.all([
      makeCertificate(),
      makeCertificate(),
      makeCertificate(),
    ]);
    writeFileSync(file('both.pem'), first.certificate + first.privateKey);
    const source = new CertificatePathSource(
      { sourceType: 'Path', certificateDiskPath: file('both.pem') },
      options,
    );
    const ids = [(await source.load()).id];
    expect(await source.hasChanged()).toBe(false);
    writeFileSync(file('new.pem'), second.certificate + second.privateKey);
    renameSync(file('new.pem'), file('both.pem'));
    expect(await source.hasChanged()).toBe(true);
    ids.push((await source.load()).id);
    expect(await source.hasChanged()).toBe(false);
    writeFileSync(file('both.pem'), third.certificate + third.privateKey);
    expect(await source.hasChanged()).toBe(true);
    ids.push((await source.load()).id);
    expect(new Set(ids).size).toBe(3);
  });

  it("notices Kubernetes' turn of the link above the files", async () => {
    const [first, second] = await Promise.all([makeCertificate(), makeCertificate()]);
    mount('1', { 'tls.crt': first.certificate, 'tls.key': first.privateKey });
    const source = new CertificatePathSource(
      { sourceType: 'Path', certificateDiskPath: file('tls.crt'), privateKeyDiskPath: file('tls.key') },
      options,
    );
    const { id } = await source.load();
    mount('2', { 'tls.crt': second.certificate, 'tls.key': second.privateKey });
    expect(await source.hasChanged()).toBe(true);
    expect((await source.load()).id).not.toBe(id);
  });

  it('refuses half a pair, and sees the other half when it comes', async () => {
    const [first, second] = await Promise.all([makeCertificate(), makeCertificate()]);
    writeFileSync(file('tls.crt'), first.certificate);
    writeFileSync(file('tls.key'), first.privateKey);
    const source = new CertificatePathSource(
      { sourceType: 'Path', certificateDiskPath: file('tls.crt'), privateKeyDiskPath: file('tls.key') },
      options,
    );
    await source.load();
    writeFileSync(file('tls.crt'), second.certificate);
    await expect(source.load()).rejects.toThrow(
      'has a private key that is not the key of its certificate; give the key that belongs to it.',
    );
    expect(await source.hasChanged()).toBe(true);
    writeFileSync(file('tls.key'), second.privateKey);
    await expect(source.load()).resolves.toBeDefined();
  });

  it('a file that is gone for a moment is no change', async () => {
    const { certificate, privateKey } = await makeCertificate();
    writeFileSync(file('both.pem'), certificate + privateKey);
    const source = new CertificatePathSource(
      { sourceType: 'Path', certificateDiskPath: file('both.pem') },
      options,
    );
    await source.load();
    renameSync(file('both.pem'), file('away.pem'));
    expect(await source.hasChanged()).toBe(false);
  });

  it.each<[string, () => string, string]>([
    ['is missing', () => file('missing.pem'), ' (ENOENT); check the path and its permissions.'],
    ['is a folder', () => folder, ', which is no regular file; check the path.'],
    ['is a device', () => '/dev/zero', ', which is no regular file; check the path.'],
    ['is a pipe', () => pipe('pipe'), ', which is no regular file; check the path.'],
  ])('names a file that %s', async (_what, path, end) => {
    const given = path();
    const source = new CertificatePathSource({ sourceType: 'Path', certificateDiskPath: given }, options);
    await expect(source.load()).rejects.toThrow(
      expect.objectContaining({ message: `cannot read ${given}${end}`, isTemporary: false }) as Error,
    );
  });

  it('does not read what is no certificate for its size', async () => {
    writeFileSync(file('big'), Buffer.alloc(1024 * 1024 + 1));
    const source = new CertificatePathSource(
      { sourceType: 'Path', certificateDiskPath: file('big') },
      options,
    );
    await expect(source.load()).rejects.toThrow(
      `cannot read ${file('big')}, which has more than 1048576 bytes; check the path.`,
    );
  });

  it('opens an encrypted key, and says that a file is without one', async () => {
    const { certificate } = await makeCertificate();
    writeFileSync(file('certificate.pem'), certificate);
    const source = new CertificatePathSource(
      { sourceType: 'Path', certificateDiskPath: file('certificate.pem') },
      options,
    );
    await expect(source.load()).rejects.toThrow(
      'is without its private key; give the PEM of the key as well, in a file of its own or beside the certificate.',
    );
  });
});

describe('CertificateTextSource', () => {
  it('reads base64 with line breaks', async () => {
    const base64 = pkcs12Of(await makeCertificate())
      .toString('base64')
      .replaceAll(/.{76}/g, '$&\n');
    const source = new CertificateTextSource(
      { sourceType: 'Base64Encoded', base64EncodedValue: base64 },
      options,
    );
    await expect(source.load()).resolves.toBeDefined();
  });

  it('refuses what is no base64, and shows nothing of it', async () => {
    const source = new CertificateTextSource(
      { sourceType: 'Base64Encoded', base64EncodedValue: 'canary!' },
      options,
    );
    await expect(source.load()).rejects.toThrow(
      expect.objectContaining({
        message: 'has a base64EncodedValue that is not base64; encode the file again.',
      }) as Error,
    );
  });
});

describe('SignedAssertionFileSource', () => {
  const target = { clientId: 'client', tokenEndpoint: 'https://login.example/token' };
  const source = () =>
    new SignedAssertionFileSource({
      sourceType: 'SignedAssertionFilePath',
      signedAssertionFileDiskPath: file('token'),
    });
  beforeEach(() => void vi.useFakeTimers({ now: NOW, toFake: ['Date'] }));

  it('gives what the file holds, until shortly before it expires', async () => {
    const token = jwt({ iat: NOW / 1000 - 600, exp: NOW / 1000 + 3000 });
    writeFileSync(file('token'), `${token}\n`);
    const loaded = await source().load();
    expect(await loaded.authenticate(target)).toEqual({ clientAssertion: token });
    expect(loaded.expiresAt).toBe(NOW + 3_000_000 - 30_000);
    expect(loaded.renewAt).toBe(NOW - 600_000 + 0.8 * 3_600_000);
    expect(loaded.id).not.toContain(token);
  });

  it('takes the file that the environment names', async () => {
    vi.stubEnv('AZURE_FEDERATED_TOKEN_FILE', file('token'));
    const token = jwt({ exp: NOW / 1000 + 3000 });
    writeFileSync(file('token'), token);
    const loaded = await new SignedAssertionFileSource({ sourceType: 'SignedAssertionFilePath' }).load();
    expect(await loaded.authenticate(target)).toEqual({ clientAssertion: token });
  });

  it('notices a new one', async () => {
    const watched = source();
    writeFileSync(file('token'), jwt({ exp: NOW / 1000 + 3000 }));
    await watched.load();
    expect(await watched.hasChanged()).toBe(false);
    writeFileSync(file('token.new'), jwt({ exp: NOW / 1000 + 6000 }));
    renameSync(file('token.new'), file('token'));
    expect(await watched.hasChanged()).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['a secret', 'canary-of-the-file'],
    ['a JWT without an end', jwt({ sub: 'canary-of-the-file' })],
    ['two tokens', `${jwt({ exp: 4_000_000_000 })}\n${jwt({ exp: 4_000_000_000 })}`],
  ])('refuses a file that holds %s, and shows nothing of it', async (_what, text) => {
    writeFileSync(file('token'), text);
    await expect(source().load()).rejects.toThrow(
      expect.objectContaining({
        message: `found no signed assertion in ${file('token')}; it has to hold a JWT with an exp, and nothing else.`,
        isTemporary: false,
      }) as Error,
    );
  });

  it('an assertion that has expired is not used; the next one is waited for', async () => {
    writeFileSync(file('token'), jwt({ exp: NOW / 1000 }));
    await expect(source().load()).rejects.toMatchObject({
      message: 'holds an assertion that expired on 2026-11-01T00:00:00.000Z; find out why it is not renewed.',
      isTemporary: true,
    });
  });
});
