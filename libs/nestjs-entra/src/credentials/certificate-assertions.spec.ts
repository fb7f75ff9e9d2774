import crypto, { constants, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeCertificate, type TestCertificate } from '../../../../test/support/certificates.js';
import { CertificateAssertions } from './certificate-assertions.js';
import type { ClientAuthentication } from './loaded-credential.js';
import { certificateFromPem } from './signing-certificate.js';

const CLIENT = '2c9d8e71-5a34-4b0f-8a6d-90e1f2a3b4c5';
const ENDPOINT = 'https://login.example/tenant/oauth2/v2.0/token';

let pem: TestCertificate;
let authority: TestCertificate;
beforeAll(async () => {
  [pem, authority] = await Promise.all([makeCertificate(), makeCertificate()]);
});
afterEach(() => void vi.useRealTimers());

const load = (options = { sendX5C: false }) =>
  new CertificateAssertions(
    certificateFromPem({ ...pem, certificate: `${pem.certificate}\n${authority.certificate}` }),
    options,
  );
const target = (tokenEndpoint = ENDPOINT) => ({ clientId: CLIENT, tokenEndpoint });

function parts(authentication: ClientAuthentication) {
  const assertion = 'clientAssertion' in authentication ? authentication.clientAssertion : '';
  const [header = '', claims = '', signature = ''] = assertion.split('.');
  const decode = (part: string) =>
    JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  return { content: `${header}.${claims}`, header: decode(header), claims: decode(claims), signature };
}

function isSigned({ content, signature }: ReturnType<typeof parts>, key: KeyObject): boolean {
  const scheme = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return verify('sha256', Buffer.from(content), scheme, Buffer.from(signature, 'base64url'));
}

describe('CertificateAssertions', () => {
  it('signs PS256, for the token endpoint and the client, for ten minutes', async () => {
    const now = Date.UTC(2026, 10, 1);
    vi.useFakeTimers({ now, toFake: ['Date'] });
    const assertion = parts(await load().authenticate(target()));
    const thumbprint = new crypto.X509Certificate(pem.certificate).fingerprint256.replaceAll(':', '');
    expect(assertion.header).toEqual({
      alg: 'PS256',
      typ: 'JWT',
      'x5t#S256': Buffer.from(thumbprint, 'hex').toString('base64url'),
    });
    expect(assertion.claims).toEqual({
      aud: ENDPOINT,
      iss: CLIENT,
      sub: CLIENT,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      nbf: now / 1000,
      iat: now / 1000,
      exp: now / 1000 + 600,
    });
    expect(isSigned(assertion, createPublicKey(pem.certificate))).toBe(true);
    expect(isSigned(assertion, createPublicKey(authority.certificate))).toBe(false);
  });

  it('sends the certificate and its chain when asked to', async () => {
    const { header } = parts(await load({ sendX5C: true }).authenticate(target()));
    expect(header['x5c']).toEqual(
      [pem, authority].map(({ certificate }) =>
        certificate.replaceAll(/-----[A-Z ]+-----/g, '').replaceAll(/\s/g, ''),
      ),
    );
  });

  it('signs once for each token endpoint, not for each call, also when tenants alternate', async () => {
    const credential = load();
    const endpoints = Array.from({ length: 40 }, (_, call) => `${ENDPOINT}?tenant=${call % 2}`);
    const ids = new Set<unknown>();
    for (const endpoint of endpoints)
      ids.add(parts(await credential.authenticate(target(endpoint))).claims['jti']);
    expect(ids.size).toBe(2);
  });

  it('tells of its certificate what is no secret, and shows no key', () => {
    const credential = load();
    const certificate = new crypto.X509Certificate(pem.certificate);
    expect(credential.certificate).toEqual({
      thumbprint: certificate.fingerprint256.replaceAll(':', ''),
      notAfter: Date.parse(certificate.validTo),
    });
    expect(credential.expiresAt).toBe(Date.parse(certificate.validTo));
    expect(inspect(credential, { depth: 9, showHidden: true })).not.toContain('PRIVATE');
    expect(JSON.stringify(credential)).not.toContain('PRIVATE');
  });
});
