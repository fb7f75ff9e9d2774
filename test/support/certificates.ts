import 'reflect-metadata';
import { createPrivateKey, webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509CertificateGenerator } from '@peculiar/x509';
import forge from 'node-forge';
import { onTestFinished } from 'vitest';

/** A self-signed certificate and its key, PEM, as an operator would register it. */
export interface TestCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

const algorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
};

/** Makes a certificate; `days` negative gives an expired one. */
export async function makeCertificate({ days = 365 }: { days?: number } = {}): Promise<TestCertificate> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const now = Date.now();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=API under test',
    notBefore: new Date(now - 400 * 86_400_000),
    notAfter: new Date(now + days * 86_400_000),
    signingAlgorithm: algorithm,
    keys,
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  return {
    certificate: certificate.toString('pem'),
    privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** The same as PKCS#12, with the algorithms of today (PBES2, AES-256). */
export function pkcs12Of({ certificate, privateKey }: TestCertificate, password = ''): Buffer {
  const file = forge.pkcs12.toPkcs12Asn1(
    forge.pki.privateKeyFromPem(privateKey),
    [forge.pki.certificateFromPem(certificate)],
    password,
    { algorithm: 'aes256' },
  );
  return Buffer.from(forge.asn1.toDer(file).getBytes(), 'binary');
}

/** Writes texts into files of a folder of the test's own; gives their paths. */
export function writeFiles<Name extends string>(files: Record<Name, string | Buffer>): Record<Name, string> {
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-entra-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const paths = {} as Record<Name, string>;
  for (const [name, text] of Object.entries<string | Buffer>(files)) {
    const path = join(folder, name);
    writeFileSync(path, text);
    paths[name as Name] = path;
  }
  return paths;
}
