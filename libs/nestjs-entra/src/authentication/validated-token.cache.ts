import { LRUCache } from 'lru-cache';
import type { EntraUser } from '../caller/entra-user.js';

/** What is known of a token that passed every check. */
export interface ValidatedToken {
  readonly user: EntraUser;
  /** Key it was signed with; the entry counts only while that key is published. */
  readonly kid: string;
  /** Seconds since 1970. */
  readonly notBefore: number;
  /** Seconds since 1970, clock skew included. */
  readonly notAfter: number;
}

/** Objects around the claims; measured, rounded up. */
const OVERHEAD_BYTES = 600;

/**
 * Tokens that passed every check, by the SHA-256 of the whole token. Only a success comes in, so a flood
 * of bad tokens evicts nothing.
 */
export class ValidatedTokenCache {
  readonly #tokens: LRUCache<string, ValidatedToken>;

  /** @param maxBytes 32 MiB hold some 16 000 tokens of usual size */
  constructor(maxBytes = 32 * 1024 * 1024) {
    this.#tokens = new LRUCache({ maxSize: maxBytes });
  }

  /** The entry of a token, if it holds at `now` (seconds since 1970) and its key is still in the key set. */
  find(assertionId: string, now: number, isPublished: (kid: string) => boolean): ValidatedToken | undefined {
    const known = this.#tokens.get(assertionId);
    if (!known) return undefined;
    if (now < known.notAfter && now >= known.notBefore && isPublished(known.kid)) return known;
    this.#tokens.delete(assertionId);
    return undefined;
  }

  /** Remembers a token that passed. @param tokenLength characters of the token, a measure of its claims */
  add(assertionId: string, token: ValidatedToken, tokenLength: number): void {
    this.#tokens.set(assertionId, token, { size: OVERHEAD_BYTES + tokenLength });
  }

  /** How many are known. */
  get size(): number {
    return this.#tokens.size;
  }
}
