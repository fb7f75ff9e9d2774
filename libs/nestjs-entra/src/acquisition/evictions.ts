import { LRUCache } from 'lru-cache';
import { elapsedSince } from '../network/elapsed-since.js';
import { monotonicMs } from '../network/monotonic-clock.js';
import { wallClockMs } from '../network/wall-clock.js';
import type { TokenRequest } from './token-request.js';

/** Older evictions are merged into one: work that began before it counts as overtaken, whatever its key. */
const MAX_REMEMBERED = 10_000;

/**
 * How long the shared store is not read for what was evicted, in milliseconds. Redis drops a replica that has not
 * answered for `repl-timeout`, 60 s by default: until then a read from a replica can return a record that was deleted.
 * It is also the largest difference between the clocks of two processes that the times in records allow for.
 */
export const STORE_HOLD_MS = 60_000;

interface Eviction {
  /** Its place in the order of evictions. */
  readonly count: number;
  /** When it ended, a time of the monotonic clock; `-Infinity` when records are not affected. */
  readonly endedAt: number;
}

/**
 * Eviction epochs, per key and per user. Work on a token that began before the end of its eviction must not bring back
 * what was evicted, neither from an exchange nor from the shared store.
 */
export class Evictions {
  #count = 0;
  /** The latest of the evictions that are not remembered one by one any more. */
  #merged: Eviction = { count: 0, endedAt: -Infinity };
  readonly #latest = new LRUCache<string, Eviction>({
    max: MAX_REMEMBERED,
    dispose: (forgotten, _of, reason) => {
      if (reason === 'evict') this.#merged = latestOf(this.#merged, forgotten);
    },
  });

  /** The current epoch: noted when work begins. */
  get count(): number {
    return this.#count;
  }

  /** Marks the tokens of one key as evicted: call it when the eviction begins, and again when it has ended. */
  ofKey(key: string): void {
    this.note(`key|${key}`, monotonicMs());
  }

  /** Marks all tokens of a user as evicted: call it when the eviction begins, and again when it has ended. */
  ofUser(userId: string): void {
    this.note(`user|${userId}`, monotonicMs());
  }

  /** Marks work in flight for one key as overtaken by a forced refresh, which replaces the record in the store. */
  supersede(key: string): void {
    const name = `key|${key}`;
    this.note(name, this.#latest.peek(name)?.endedAt ?? -Infinity);
  }

  /** The epoch of the latest eviction of what a request asks for; 0 when there was none. */
  latest(request: TokenRequest): number {
    return this.of(request).count;
  }

  /**
   * From when on a token must have been acquired for its record to be accepted, milliseconds since 1970: `Infinity`
   * while the store is not read, `-Infinity` when nothing was evicted.
   */
  acceptedFrom(request: TokenRequest): number {
    const { endedAt } = this.of(request);
    if (endedAt === -Infinity) return -Infinity;
    const elapsed = elapsedSince(endedAt);
    // Not noted as a time of the system clock: that one may have been set since.
    return elapsed < STORE_HOLD_MS ? Infinity : wallClockMs() - elapsed;
  }

  private of({ key, userId }: TokenRequest): Eviction {
    if (this.#latest.size === 0) return this.#merged;
    const ofKey = this.#latest.get(`key|${key}`);
    const ofUser = userId === '' ? undefined : this.#latest.get(`user|${userId}`);
    return latestOf(latestOf(this.#merged, ofKey), ofUser);
  }

  private note(name: string, endedAt: number): void {
    this.#latest.set(name, { count: ++this.#count, endedAt });
  }
}

function latestOf(one: Eviction, other: Eviction | undefined): Eviction {
  if (!other) return one;
  return {
    count: Math.max(one.count, other.count),
    endedAt: Math.max(one.endedAt, other.endedAt),
  };
}
