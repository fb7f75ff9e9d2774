import { LRUCache } from 'lru-cache';
import {
  AccessBlockedError,
  AssertionRejectedError,
  ClaimsChallengeError,
  ClientCredentialError,
  ConsentRequiredError,
  InteractionRequiredError,
} from '../errors/acquisition.errors.js';
import { AppOnlyCallerError } from '../errors/authorization.errors.js';
import type { EntraAuthError } from '../errors/entra-auth.error.js';

/** How long the same question gets the same answer without asking. */
const REMEMBERED_MS = 5_000;

/** More keys than that are not remembered: a flood of failures must not grow the process. */
const MAX_KEYS = 10_000;

/** Failures that asking again at once does not change. */
const DEFINITIVE = [
  ConsentRequiredError,
  ClaimsChallengeError,
  InteractionRequiredError,
  AccessBlockedError,
  AssertionRejectedError,
  AppOnlyCallerError,
  ClientCredentialError,
];

/** Whether a failure is one that asking again at once does not change. */
export function isDefinitive(error: unknown): error is EntraAuthError {
  return DEFINITIVE.some((kind) => error instanceof kind);
}

/**
 * Definitive failures, for a few seconds each, so that a client that asks in a loop does not make the API ask
 * the identity platform in a loop (it answers such clients with AADSTS50196).
 */
export class RecentFailures {
  readonly #failures = new LRUCache<string, { readonly error: EntraAuthError; readonly at: number }>({
    max: MAX_KEYS,
  });

  /**
   * The failure that is still remembered for a key.
   * @param now a time of `monotonicMs()`
   */
  find(key: string, now: number): EntraAuthError | undefined {
    if (this.#failures.size === 0) return undefined;
    const failure = this.#failures.get(key);
    if (failure && now < failure.at + REMEMBERED_MS) return failure.error;
    if (failure) this.#failures.delete(key);
    return undefined;
  }

  /** Remembers a failure if it is a definitive one. */
  add(key: string, error: unknown, now: number): void {
    if (isDefinitive(error)) this.#failures.set(key, { error, at: now });
  }

  /** Forgets the failure of a key. */
  delete(key: string): void {
    this.#failures.delete(key);
  }
}
