import {
  createHash,
  createPublicKey,
  generateKeyPair,
  generateKeyPairSync,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { EmulatedApplication } from '../tenants/application.js';
import { selfSignedCertificate } from './self-signed-certificate.js';

/** Subject of the certificates that Entra publishes with its keys. */
const CERTIFICATE_NAME = 'accounts.accesscontrol.windows.net';

const KEY_BITS = { modulusLength: 2048 } as const;

/** A key that signs tokens, as the keys document shows it. */
export interface SigningKey {
  /** Base64url SHA-1 thumbprint of the certificate; also the `x5t`. */
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly certificate: X509Certificate;
  /** Modulus, base64url. */
  readonly n: string;
  /** Exponent, base64url. */
  readonly e: string;
}

/** What of an application decides about the key that signs its access tokens. */
type SigningApplication = Pick<EmulatedApplication, 'clientId' | 'customSigningKey'>;

/** The keys that tokens are signed with. */
export class SigningKeys {
  readonly #now: () => number;
  /** By client id; as many as there are applications. */
  readonly #custom = new Map<string, SigningKey>();
  #published: readonly SigningKey[];

  private constructor(first: SigningKey, now: () => number) {
    this.#now = now;
    this.#published = [first];
  }

  /** Makes the first key. */
  static async create(now: () => number): Promise<SigningKeys> {
    const { privateKey } = await promisify(generateKeyPair)('rsa', KEY_BITS);
    return new SigningKeys(signingKey(privateKey, now()), now);
  }

  /** The key that signs now. */
  get current(): SigningKey {
    const [key] = this.#published;
    if (key === undefined) {
      throw new Error('There is always a signing key.');
    }
    return key;
  }

  /** The keys of the keys document, the current one first. */
  get published(): readonly SigningKey[] {
    return this.#published;
  }

  /** The key that signs access tokens for an application: its own, made when it is first needed, or the current one. */
  for(application: SigningApplication): SigningKey {
    return this.customOf(application) ?? this.current;
  }

  /** The signing key of an application's own; undefined when it has none. */
  customOf({ clientId, customSigningKey }: SigningApplication): SigningKey | undefined {
    if (!customSigningKey) {
      return undefined;
    }
    const known = this.#custom.get(clientId);
    const key = known ?? signingKey(generateKeyPairSync('rsa', KEY_BITS).privateKey, this.#now());
    this.#custom.set(clientId, key);
    return key;
  }

  find(kid: unknown): SigningKey | undefined {
    return this.#published.find((key) => key.kid === kid);
  }

  /** Signs with a new key from now on; the old keys stay published, or are withdrawn. */
  rotate(keepOld: boolean): void {
    const { privateKey } = generateKeyPairSync('rsa', KEY_BITS);
    this.#published = [signingKey(privateKey, this.#now()), ...(keepOld ? this.#published : [])];
  }
}

function signingKey(privateKey: KeyObject, now: number): SigningKey {
  const certificate = new X509Certificate(selfSignedCertificate(privateKey, CERTIFICATE_NAME, now));
  const publicKey = createPublicKey(privateKey);
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha1').update(certificate.raw).digest('base64url');
  return { kid, privateKey, publicKey, certificate, n, e };
}
