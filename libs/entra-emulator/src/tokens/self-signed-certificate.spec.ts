import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { selfSignedCertificate } from './self-signed-certificate.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

it.each([
  ['2026-06-15T12:00:00Z', 'Jun 14 12:00:00 2026 GMT', 'Jun 14 12:00:00 2031 GMT'],
  ['2049-06-15T12:00:00Z', 'Jun 14 12:00:00 2049 GMT', 'Jun 14 12:00:00 2054 GMT'],
])('a certificate made at %s', (now, validFrom, validTo) => {
  const certificate = new X509Certificate(selfSignedCertificate(privateKey, 'somebody', Date.parse(now)));
  expect(certificate.verify(publicKey)).toBe(true);
  expect(certificate.subject).toBe('CN=somebody');
  expect(certificate.issuer).toBe('CN=somebody');
  expect(certificate.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
  expect(certificate).toMatchObject({ validFrom, validTo });
});
