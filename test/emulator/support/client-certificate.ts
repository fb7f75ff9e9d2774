import 'reflect-metadata';
import { X509CertificateGenerator } from '@peculiar/x509';
import { createHash, KeyObject, webcrypto, X509Certificate } from 'node:crypto';
import { sign, type Algorithm, type JwtHeader } from 'jsonwebtoken';

const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};

/** A client's certificate with its key. */
export interface ClientCertificate {
  readonly pem: string;
  readonly privateKey: string;
  readonly x5t: string;
  readonly x5tS256: string;
}

/** Makes a self-signed RSA certificate for a client, valid from `notBefore` to `notAfter`. */
export async function createClientCertificate(
  notBefore = new Date(Date.now() - 60_000),
  notAfter = new Date(Date.now() + 3_600_000),
): Promise<ClientCertificate> {
  const keys = await webcrypto.subtle.generateKey(RSA, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=client',
    keys,
    notBefore,
    notAfter,
    signingAlgorithm: RSA,
  });
  const pem = certificate.toString('pem');
  const { raw } = new X509Certificate(pem);
  return {
    pem,
    privateKey: KeyObject.from(keys.privateKey).export({ format: 'pem', type: 'pkcs8' }).toString(),
    x5t: createHash('sha1').update(raw).digest('base64url'),
    x5tS256: createHash('sha256').update(raw).digest('base64url'),
  };
}

/** Changes to an otherwise valid client assertion; `undefined` leaves a member out. */
export interface AssertionChanges {
  readonly algorithm?: Algorithm;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly key?: string;
}

/** Signs a client assertion as MSAL does. */
export function clientAssertion(
  { privateKey, x5t }: ClientCertificate,
  clientId: string,
  audience: string,
  changes: AssertionChanges = {},
): string {
  const algorithm = changes.algorithm ?? 'RS256';
  const seconds = Math.floor(Date.now() / 1000);
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: audience,
    jti: 'one',
    nbf: seconds,
    exp: seconds + 600,
  };
  const header = { alg: algorithm, typ: 'JWT', x5t, ...changes.header };
  return sign(present({ ...claims, ...changes.claims }), changes.key ?? privateKey, {
    algorithm,
    header: present(header) as unknown as JwtHeader,
    noTimestamp: true,
    allowInvalidAsymmetricKeyTypes: true,
  });
}

function present(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
