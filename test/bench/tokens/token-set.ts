import { sign } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import { signedPartOf } from './claims.js';
import { currentSigningKey, privateKeyOf, SIGNATURES_FILE, type SigningKey } from './signing-key.js';

const SIGNATURE_BYTES = 256;
const SIGNED_AT_ONCE = 500;

/** Distinct valid access tokens of 1.4 kB, one for each user; their signatures are kept between runs. */
export class TokenSet {
  readonly #tokens: string[] = [];

  private constructor(
    private readonly key: SigningKey,
    private readonly signatures: Buffer,
  ) {}

  /** Signs what is missing for `count` users, in Node's thread pool. */
  static async prepare(count: number): Promise<void> {
    const key = currentSigningKey();
    const privateKey = privateKeyOf(key);
    const signed = existsSync(SIGNATURES_FILE) ? statSync(SIGNATURES_FILE).size / SIGNATURE_BYTES : 0;
    for (let from = signed; from < count; from += SIGNED_AT_ONCE) {
      const work = Array.from({ length: Math.min(SIGNED_AT_ONCE, count - from) }, (_, at) =>
        promisify(sign)('sha256', Buffer.from(signedPartOf(from + at, key.kid, key.issuedAt)), privateKey),
      );
      appendFileSync(SIGNATURES_FILE, Buffer.concat(await Promise.all(work)));
    }
  }

  /** Opens what {@link prepare} made. */
  static open(): TokenSet {
    return new TokenSet(currentSigningKey(), readFileSync(SIGNATURES_FILE));
  }

  /** The access token of user number `index`. */
  token(index: number): string {
    const known = this.#tokens[index];
    if (known !== undefined) return known;
    const at = index * SIGNATURE_BYTES;
    if (at + SIGNATURE_BYTES > this.signatures.length) throw new Error(`There is no token number ${index}`);
    const signature = this.signatures.toString('base64url', at, at + SIGNATURE_BYTES);
    const token = `${signedPartOf(index, this.key.kid, this.key.issuedAt)}.${signature}`;
    return (this.#tokens[index] = token);
  }
}
