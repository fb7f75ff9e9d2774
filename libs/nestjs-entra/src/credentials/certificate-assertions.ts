import { constants, randomUUID, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { AssertionMemo, type TimedAssertion } from './assertion-memo.js';
import type {
  CertificateFacts,
  ClientAuthentication,
  ClientAuthenticationTarget,
  LoadedCredential,
} from './loaded-credential.js';
import { checkSigningCertificate, type SigningCertificate } from './signing-certificate.js';
import { wallClockMs } from '../network/wall-clock.js';

/** As long as Microsoft's own libraries let a client assertion live. */
const LIFETIME_SECONDS = 600;

/** Signs on a thread of the pool: an RSA signature takes a millisecond. */
const signAsync = promisify(sign);

/**
 * A certificate that proves the API by assertions signed with its key: PS256, named by `x5t#S256` (Microsoft
 * identity platform, "Certificate credentials"; RFC 7523 section 3).
 */
export class CertificateAssertions implements LoadedCredential {
  readonly id: string;
  readonly certificate: CertificateFacts;
  readonly expiresAt: number;
  readonly #signer: SigningCertificate;
  readonly #memo = new AssertionMemo();

  /**
   * @param options.sendX5C put the certificate and its chain into each assertion
   * @throws CredentialFault when the certificate cannot sign now
   */
  constructor(
    signer: SigningCertificate,
    private readonly options: { readonly sendX5C: boolean },
    readonly renewAt?: number,
  ) {
    checkSigningCertificate(signer);
    this.#signer = signer;
    this.expiresAt = Date.parse(signer.certificate.validTo);
    this.id = signer.certificate.fingerprint256.replaceAll(':', '');
    this.certificate = { thumbprint: this.id, notAfter: this.expiresAt };
  }

  async authenticate({ clientId, tokenEndpoint }: ClientAuthenticationTarget): Promise<ClientAuthentication> {
    const clientAssertion = await this.#memo.get(tokenEndpoint, () => this.sign(clientId, tokenEndpoint));
    return { clientAssertion };
  }

  private async sign(clientId: string, audience: string): Promise<TimedAssertion> {
    const { certificate, chain, privateKey } = this.#signer;
    const madeAt = wallClockMs();
    const seconds = Math.floor(madeAt / 1000);
    const header = {
      alg: 'PS256',
      typ: 'JWT',
      'x5t#S256': Buffer.from(this.id, 'hex').toString('base64url'),
      ...(this.options.sendX5C && { x5c: [certificate, ...chain].map(({ raw }) => raw.toString('base64')) }),
    };
    const claims = {
      aud: audience,
      iss: clientId,
      sub: clientId,
      jti: randomUUID(),
      nbf: seconds,
      iat: seconds,
      exp: seconds + LIFETIME_SECONDS,
    };
    const content = `${encoded(header)}.${encoded(claims)}`;
    const signature = await signAsync('sha256', Buffer.from(content), {
      key: privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    });
    return {
      assertion: `${content}.${signature.toString('base64url')}`,
      madeAt,
      expiresAt: (seconds + LIFETIME_SECONDS) * 1000,
    };
  }
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
