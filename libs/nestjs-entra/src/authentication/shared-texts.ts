import { LRUCache } from 'lru-cache';

/** Claims that are the same in the tokens of many users. */
const CLAIMS = ['aud', 'iss', 'tid', 'azp', 'appid', 'scp', 'idp'] as const;

/** A tenant or client more than that is remembered in place of the one that was seen least recently. */
const MAX_TEXTS = 1_000;

/** A longer text is hardly that of many users, and would take the room of many. */
const MAX_LENGTH = 512;

/**
 * One copy of each text that the tokens of many users have in common. Parsed, every token has a copy of its own: that
 * is a tenth of all that a cached user takes.
 */
export class SharedTexts {
  readonly #texts = new LRUCache<string, string>({ max: MAX_TEXTS });

  /** Puts the shared copies into the claims of a token. */
  share(claims: Record<string, unknown>): void {
    // The claims of a user are frozen: they came by here before.
    if (Object.isFrozen(claims)) return;
    for (const name of CLAIMS) {
      const text = claims[name];
      if (typeof text === 'string' && text.length <= MAX_LENGTH) claims[name] = this.copyOf(text);
    }
  }

  private copyOf(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#texts.set(text, text);
    return text;
  }
}
