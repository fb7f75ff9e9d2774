import { LRUCache } from 'lru-cache';
import type { TokenRequest } from './token-request.js';

/** More evictions than that are not told apart: work that began before the forgotten ones counts as overtaken. */
const MAX_REMEMBERED = 10_000;

/**
 * Which tokens were evicted, and when in the order of things. Work on a token that began before and ends after its
 * eviction must not bring back what was evicted.
 */
export class Evictions {
  #count = 0;
  /** The latest eviction that was forgotten. */
  #floor = 0;
  readonly #latest = new LRUCache<string, number>({
    max: MAX_REMEMBERED,
    dispose: (count, _of, reason) => {
      if (reason === 'evict') this.#floor = Math.max(this.#floor, count);
    },
  });

  /** Where the order of things stands now: noted when work begins. */
  get count(): number {
    return this.#count;
  }

  /** Tokens of one key in the cache were evicted. */
  ofKey(key: string): void {
    this.#latest.set(`key|${key}`, ++this.#count);
  }

  /** All tokens of a user were evicted. */
  ofUser(userId: string): void {
    this.#latest.set(`user|${userId}`, ++this.#count);
  }

  /** The latest eviction of what a request asks for; 0 when there was none. */
  latest({ key, userId }: TokenRequest): number {
    if (this.#latest.size === 0) return 0;
    return Math.max(
      this.#floor,
      this.#latest.get(`key|${key}`) ?? 0,
      this.#latest.get(`user|${userId}`) ?? 0,
    );
  }
}
