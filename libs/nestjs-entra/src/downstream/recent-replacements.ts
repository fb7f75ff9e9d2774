import { LRUCache } from 'lru-cache';

/** How long nothing better is looked for. */
const REMEMBERED_MS = 5_000;

/** More than that are forgotten: then one exchange more is made. */
const MAX_TOKENS = 1_000;

/**
 * Tokens that were got for the claims of a downstream API a moment ago. Should it refuse one of them as well, its
 * challenge is handed on as it is: an API that is never content must not make this one hammer the identity platform.
 */
export class RecentReplacements {
  // Private to the language: no log of what holds this shows a token.
  readonly #tokens = new LRUCache<string, number>({ max: MAX_TOKENS });

  add(token: string): void {
    this.#tokens.set(token, Date.now());
  }

  has(token: string): boolean {
    const at = this.#tokens.get(token);
    if (at === undefined) return false;
    const elapsed = Date.now() - at;
    return elapsed >= 0 && elapsed < REMEMBERED_MS;
  }
}
