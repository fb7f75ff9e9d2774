import { hash } from 'node:crypto';

/**
 * The bearer token of a request, in the part it plays for all that follows: the *assertion* that is
 * exchanged (RFC 7523 section 2.1). The token itself stays in a private field, so that no log, no
 * `inspect()` and no `JSON.stringify()` shows it.
 */
export class Assertion {
  /** SHA-256 of the token, base64url: computed once a request, and the key of every cache. */
  readonly id: string;
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
    this.id = hash('sha256', token, 'base64url');
  }

  /** The token, for whoever sends it on. */
  reveal(): string {
    return this.#token;
  }
}
