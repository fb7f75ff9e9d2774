import { LRUCache } from 'lru-cache';
import { IdentityPlatformUnavailableError } from '../errors/acquisition.errors.js';

/** Callers whose wait is known; beyond that the longest unused is forgotten. */
const MAX_CALLERS = 10_000;

/**
 * Who has been told to wait. When the identity platform answers one caller with 429, or with 5xx and
 * `Retry-After`, that caller's next requests fail at once until the time is over. It concerns one caller at
 * one tenant alone: what happens to one user must not stop the others.
 */
export class HoldBack {
  readonly #waiting = new LRUCache<string, { readonly until: number; readonly platform: object }>({
    max: MAX_CALLERS,
  });

  /**
   * @param now a time of `monotonicMs()`
   * @throws IdentityPlatformUnavailableError with the time that is left, when `caller` has to wait
   */
  check(caller: string, now: number): void {
    if (this.#waiting.size === 0) return;
    const waiting = this.#waiting.get(caller);
    if (!waiting) return;
    if (now < waiting.until) {
      throw new IdentityPlatformUnavailableError('The identity platform asked this caller to wait', {
        retryAfterSeconds: (waiting.until - now) / 1000,
        platform: waiting.platform,
      });
    }
    this.#waiting.delete(caller);
  }

  /**
   * Notes that `caller` has to wait, if `error` says so.
   * @param now a time of `monotonicMs()`
   */
  note(caller: string, error: unknown, now: number): void {
    if (!(error instanceof IdentityPlatformUnavailableError) || !error.isToldToWait) return;
    const until = now + (error.retryAfterSeconds ?? 0) * 1000;
    this.#waiting.set(caller, { until, platform: error.platform });
  }
}
