import { LRUCache } from 'lru-cache';
import { elapsedSince } from '../network/elapsed-since.js';
import { monotonicMs } from '../network/monotonic-clock.js';

/** How long nothing better is looked for. */
const REMEMBERED_MS = 5_000;

/** More than that are forgotten: then one exchange more is made. */
const MAX_TOKENS = 1_000;

interface Replacement {
  readonly at: number;
  /** The claims it was got for; `undefined` once it was refused whatever the claims. */
  readonly claims: string | undefined;
}

/**
 * Tokens that were got for the claims of a downstream API a moment ago. When it asks one of them for the same again,
 * or refuses it in the very call that it was got for, its challenge is handed on as it is: an API that is never
 * content must not make this one hammer the identity platform.
 */
export class RecentReplacements {
  // Private to the language: no log of what holds this shows a token.
  readonly #tokens = new LRUCache<string, Replacement>({ max: MAX_TOKENS });

  /** @param claims that `token` was got for */
  add(token: string, claims: string): void {
    this.#tokens.set(token, { at: monotonicMs(), claims });
  }

  /** Notes that a replacement was refused at once. */
  refuse(token: string): void {
    this.#tokens.set(token, { at: monotonicMs(), claims: undefined });
  }

  /** Whether nothing better than `token` is to be looked for when `claims` are asked of it. */
  has(token: string, claims: string): boolean {
    const known = this.#tokens.get(token);
    if (known === undefined || (known.claims !== undefined && known.claims !== claims)) return false;
    return elapsedSince(known.at) < REMEMBERED_MS;
  }
}
