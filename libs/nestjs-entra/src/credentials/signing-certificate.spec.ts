import 'reflect-metadata';
import { KeyObject, webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { beforeAll, describe, expect, it } from 'vitest';
import { certificateFromPem, checkSigningCertificate, type CertificatePem } from './signing-certificate.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = Date.UTC(2026, 5, 1);

const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
} as const;
const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

interface Made {
  certificate: string;
  key: KeyObject;
}

async function make(algorithm: typeof RSA | typeof EC): Promise<Made> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=api',
    notBefore: new Date(NOW - DAY_MS),
    notAfter: new Date(NOW + DAY_MS),
    signingAlgorithm: algorithm,
    keys,
  });
  return { certificate: certificate.toString('pem'), key: KeyObject.from(keys.privateKey) };
}

const pemOf = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const encrypted = (key: KeyObject, passphrase: string) =>
  key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString();

/** What an error says, in all the places a log could take it from. */
function failure(load: () => unknown): Error {
  try {
    load();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
}

/** Reads and checks, as every kind of certificate does. */
function loadCertificate(pem: CertificatePem, now: number) {
  const signer = certificateFromPem(pem);
  checkSigningCertificate(signer, now);
  return signer;
}

let mine: Made;
let foreign: Made;
let elliptic: Made;

beforeAll(async () => {
  x509.cryptoProvider.set(webcrypto);
  [mine, foreign, elliptic] = await Promise.all([make(RSA), make(RSA), make(EC)]);
});

describe('a certificate from PEM', () => {
  it('gives the certificate and its key', () => {
    const signer = loadCertificate({ certificate: mine.certificate, privateKey: pemOf(mine.key) }, NOW);
    expect(signer.certificate.fingerprint256).toBe(new X509Certificate(mine.certificate).fingerprint256);
    expect(pemOf(signer.privateKey)).toBe(pemOf(mine.key));
    expect(signer.chain).toEqual([]);
  });

  it('takes the first certificate of a bundle, and the others as its chain', () => {
    const signer = loadCertificate(
      { certificate: `${mine.certificate}\n${foreign.certificate}`, privateKey: pemOf(mine.key) },
      NOW,
    );
    expect([signer.certificate, ...signer.chain].map((one) => one.fingerprint256)).toEqual(
      [mine, foreign].map(({ certificate }) => new X509Certificate(certificate).fingerprint256),
    );
  });

  it('finds both in one text, in either order', () => {
    for (const text of [
      `${mine.certificate}\n${pemOf(mine.key)}`,
      `${pemOf(mine.key)}\n${mine.certificate}`,
    ]) {
      expect(() => loadCertificate({ certificate: text, privateKey: text }, NOW)).not.toThrow();
    }
  });

  it('reads a key in the form of PKCS#1', () => {
    const privateKey = mine.key.export({ type: 'pkcs1', format: 'pem' }).toString();
    expect(() => loadCertificate({ certificate: mine.certificate, privateKey }, NOW)).not.toThrow();
  });

  it('opens an encrypted key with its passphrase, and gives it without', () => {
    const privateKey = encrypted(mine.key, 'pass');
    const signer = loadCertificate({ certificate: mine.certificate, privateKey, passphrase: 'pass' }, NOW);
    expect(pemOf(signer.privateKey)).toBe(pemOf(mine.key));
  });

  it('accepts a certificate up to its last moment', () => {
    const pem = { certificate: mine.certificate, privateKey: pemOf(mine.key) };
    expect(() => loadCertificate(pem, NOW + DAY_MS)).not.toThrow();
    expect(() => loadCertificate(pem, NOW + DAY_MS + 1)).toThrow(
      /^expired on Jun {1,2}2 00:00:00 2026 GMT; renew the certificate and register it with the application\.$/,
    );
  });

  const refusals: [string, () => { certificate: string; privateKey: string; passphrase?: string }, string][] =
    [
      [
        'the key of another certificate',
        () => ({ certificate: mine.certificate, privateKey: pemOf(foreign.key) }),
        'has a private key that is not the key of its certificate; give the key that belongs to it.',
      ],
      [
        'an elliptic-curve key',
        () => ({ certificate: elliptic.certificate, privateKey: pemOf(elliptic.key) }),
        'has a key of type ec; Entra accepts RSA keys.',
      ],
      [
        'no certificate',
        () => ({ certificate: pemOf(mine.key), privateKey: pemOf(mine.key) }),
        'holds no PEM certificate; it has to begin with -----BEGIN CERTIFICATE-----.',
      ],
      [
        'a certificate that is none',
        () => ({
          certificate: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
          privateKey: pemOf(mine.key),
        }),
        'holds a PEM certificate that cannot be parsed; export it again.',
      ],
      [
        'no key',
        () => ({ certificate: mine.certificate, privateKey: mine.certificate }),
        'is without its private key; give the PEM of the key as well, in a file of its own or beside the certificate.',
      ],
      [
        'a key that is none',
        () => ({
          certificate: mine.certificate,
          privateKey: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----',
        }),
        'has a private key that cannot be parsed; check the file and its passphrase.',
      ],
      [
        'an encrypted key with another passphrase',
        () => ({
          certificate: mine.certificate,
          privateKey: encrypted(mine.key, 'pass'),
          passphrase: 'canary-phrase',
        }),
        'has a private key that cannot be parsed; check the file and its passphrase.',
      ],
      [
        'an encrypted key without passphrase',
        () => ({ certificate: mine.certificate, privateKey: encrypted(mine.key, 'pass') }),
        'has a private key that cannot be parsed; check the file and its passphrase.',
      ],
    ];

  it.each(refusals)('refuses %s, in a sentence', (_what, pem, message) => {
    expect(failure(() => loadCertificate(pem(), NOW)).message).toBe(message);
  });

  it.each(refusals)('shows nothing of the key or its passphrase: %s', (_what, pem) => {
    const given = pem();
    const error = failure(() => loadCertificate(given, NOW));
    const shown = `${error.stack ?? ''}\n${JSON.stringify(error.cause) ?? ''}`;
    const lines = given.privateKey
      .split('\n')
      .filter((line) => line.length > 20 && !line.startsWith('-----'));
    expect(lines.filter((line) => shown.includes(line))).toEqual([]);
    expect(shown).not.toContain('canary');
  });
});
