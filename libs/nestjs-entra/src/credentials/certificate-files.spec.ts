import 'reflect-metadata';
import { KeyObject, webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCertificateFiles } from './certificate-files.js';

let folder = '';
let certificate = '';
let key: KeyObject;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  x509.cryptoProvider.set(webcrypto);
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=api',
    notAfter: new Date(Date.now() + 60_000),
    signingAlgorithm: algorithm,
    keys,
  });
  certificate = made.toString('pem');
  key = KeyObject.from(keys.privateKey);
  const plain = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const closed = key
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'pass' })
    .toString();
  folder = mkdtempSync(join(tmpdir(), 'certificate-files-'));
  writeFileSync(file('certificate.pem'), certificate);
  writeFileSync(file('key.pem'), plain);
  writeFileSync(file('closed.pem'), closed);
  writeFileSync(file('both.pem'), `${plain}\n${certificate}`);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('loadCertificateFiles', () => {
  it.each<
    [string, { certificateDiskPath: string; privateKeyDiskPath?: string; certificatePassword?: string }]
  >([
    ['a file each', { certificateDiskPath: 'certificate.pem', privateKeyDiskPath: 'key.pem' }],
    ['both in one file', { certificateDiskPath: 'both.pem' }],
    [
      'an encrypted key',
      {
        certificateDiskPath: 'certificate.pem',
        privateKeyDiskPath: 'closed.pem',
        certificatePassword: 'pass',
      },
    ],
  ])('reads %s', (_what, { certificateDiskPath, privateKeyDiskPath, ...others }) => {
    const credential = loadCertificateFiles({
      sourceType: 'Path',
      certificateDiskPath: file(certificateDiskPath),
      ...(privateKeyDiskPath && { privateKeyDiskPath: file(privateKeyDiskPath) }),
      ...others,
    });
    expect(credential).toMatchObject({
      clientCertificate: { privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString() },
    });
  });

  it.each([
    ['certificate', 'missing.pem', 'key.pem', 'missing.pem'],
    ['key', 'certificate.pem', 'gone.pem', 'gone.pem'],
  ])('names the file when the %s is missing', (_what, certificateDiskPath, privateKeyDiskPath, missing) => {
    expect(() =>
      loadCertificateFiles({
        sourceType: 'Path',
        certificateDiskPath: file(certificateDiskPath),
        privateKeyDiskPath: file(privateKeyDiskPath),
      }),
    ).toThrow(`cannot read ${file(missing)} (ENOENT); check the path and its permissions.`);
  });

  it('says why a file that is there cannot be read', () => {
    expect(() => loadCertificateFiles({ sourceType: 'Path', certificateDiskPath: folder })).toThrow(
      `cannot read ${folder} (EISDIR); check the path and its permissions.`,
    );
  });

  it('says that the key is not there when the file of the certificate is all there is', () => {
    expect(() =>
      loadCertificateFiles({ sourceType: 'Path', certificateDiskPath: file('certificate.pem') }),
    ).toThrow('is without its private key; give privateKeyDiskPath, or a file that holds both.');
  });
});
