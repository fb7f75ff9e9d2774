import { createCipheriv, createDecipheriv, createHmac, hash, hkdfSync, randomBytes } from 'node:crypto';
import type { Assertion } from '../caller/assertion.js';

/** First byte of a sealed value. Raised when form or meaning of a value changes: older ones then count as none. */
const VERSION = 1;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Far above any token; what is larger is not even decrypted. */
const MAX_BYTES = 64 * 1024;

/**
 * One entry of the store: under which key it stands, and how its value is sealed.
 *
 * A value is `version | nonce | AES-256-GCM ciphertext | tag`. The key of the cipher comes from the secret by
 * HKDF-SHA256 (RFC 5869) and is the entry's own; the associated data are the version and whatever tells this entry
 * from all others. So a value opens with the same secret, under the same name, and unchanged, or not at all.
 */
export class SealedEntry {
  /** Key in the store, 43 characters of base64url. */
  readonly key: string;
  readonly #associatedData: Buffer;
  // Private to the language: no log of what holds an entry shows a token or a key.
  readonly #secret: string | Uint8Array;

  private constructor(key: string, name: string, secret: string | Uint8Array) {
    this.key = key;
    this.#associatedData = Buffer.concat([Buffer.of(VERSION), Buffer.from(name)]);
    this.#secret = secret;
  }

  /**
   * An entry of a user, sealed with the access token that the user called with: who has it not reads nothing.
   * @param name the whole name of the entry; it holds the id of the assertion, and so cannot be guessed
   */
  static ofAssertion(name: string, assertion: Assertion): SealedEntry {
    return new SealedEntry(keyOfUserEntry(name), name, assertion.reveal());
  }

  /** An entry of the application itself, sealed with a configured key, under a key that tells nothing without it. */
  static ofApplication(name: string, sealingKey: Uint8Array): SealedEntry {
    const namingKey = derived(sealingKey, 'name of entry');
    return new SealedEntry(
      createHmac('sha256', namingKey).update(name).digest('base64url'),
      name,
      sealingKey,
    );
  }

  seal(plaintext: Uint8Array): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.cipherKey(), nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(this.#associatedData);
    const ciphertext = [cipher.update(plaintext), cipher.final()];
    return Buffer.concat([Buffer.of(VERSION), nonce, ...ciphertext, cipher.getAuthTag()]);
  }

  /** What was sealed; `undefined` for a value that was changed, moved, cut off, or sealed in another version or with another secret. */
  open(sealed: Uint8Array): Buffer | undefined {
    const end = sealed.length - TAG_BYTES;
    if (sealed[0] !== VERSION || end < 1 + NONCE_BYTES || sealed.length > MAX_BYTES) return undefined;
    const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.cipherKey(), nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(this.#associatedData);
    decipher.setAuthTag(sealed.subarray(end));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(1 + NONCE_BYTES, end)), decipher.final()]);
    } catch {
      return undefined; // The tag does not fit: that is all there is to know.
    }
  }

  private cipherKey(): Uint8Array {
    return derived(this.#secret, `seal of entry ${this.key}`);
  }
}

/** Key in the store of an entry of a user: known without the secret, for deleting. */
export function keyOfUserEntry(name: string): string {
  return hash('sha256', `nestjs-entra ${VERSION} ${name}`, 'base64url');
}

function derived(secret: string | Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', `nestjs-entra ${VERSION} ${purpose}`, 32));
}
