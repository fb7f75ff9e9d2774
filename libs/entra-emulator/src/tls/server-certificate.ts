import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { KeyObject, webcrypto } from 'node:crypto';

const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const CA_NAME = 'CN=Entra emulator CA, O=Entra emulator';
const DAY_MS = 24 * 60 * 60_000;

/** The certificate of the server and the authority that signed it. */
export interface ServerCertificate {
  /** PEM of the certificate authority, made for this emulator alone. */
  readonly caCertificate: string;
  /** PEM of the server's certificate. */
  readonly certificate: string;
  /** PEM of the server's private key. */
  readonly privateKey: string;
}

/** Makes a certificate authority and a certificate for `localhost`, `127.0.0.1` and `::1`, valid for a year. */
export async function createServerCertificate(): Promise<ServerCertificate> {
  const [authorityKeys, serverKeys] = await Promise.all([generateKeys(), generateKeys()]);
  const now = Date.now();
  const validity = { notBefore: new Date(now - DAY_MS), notAfter: new Date(now + 365 * DAY_MS) };
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: CA_NAME,
    keys: authorityKeys,
    signingAlgorithm: KEY_ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  const certificate = await X509CertificateGenerator.create({
    ...validity,
    subject: 'CN=localhost',
    issuer: CA_NAME,
    publicKey: serverKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: KEY_ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
      ]),
    ],
  });
  const privateKey = KeyObject.from(serverKeys.privateKey).export({ format: 'pem', type: 'pkcs8' });
  return {
    caCertificate: `${authority.toString('pem')}\n`,
    certificate: certificate.toString('pem'),
    privateKey: privateKey.toString(),
  };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
}
