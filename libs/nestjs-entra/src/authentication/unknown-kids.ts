import { LRUCache } from 'lru-cache';

/** With at most 256 characters each they take less than 1 MB. One that was dropped is asked for as if for the first time. */
const MAX_KIDS = 1_000;

/** What {@link UnknownKids.firstAsked} gives for a key that was published before: earlier than every fetch. */
export const WITHDRAWN = -1;

/**
 * Names of keys that tokens were signed with and no key set has, and when each was asked for first. A key set that was
 * fetched after that decides about such a token; an older one may be from before the key was published.
 */
export class UnknownKids {
  readonly #kids = new LRUCache<string, number>({ max: MAX_KIDS });

  /** Number of the last fetch that had begun when `kid` was asked for first. @param begun that number now */
  firstAsked(kid: string, begun: number): number {
    const known = this.#kids.get(kid);
    if (known !== undefined) return known;
    this.#kids.set(kid, begun);
    return begun;
  }

  /** Notes a key that was published before, and is not any more: every key set decides about it. */
  withdraw(kid: string): void {
    this.#kids.set(kid, WITHDRAWN);
  }

  /** Forgets a key that was found. */
  forget(kid: string): void {
    this.#kids.delete(kid);
  }

  /** How many are known. */
  get size(): number {
    return this.#kids.size;
  }
}
