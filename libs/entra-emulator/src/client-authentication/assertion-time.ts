import { AadstsError } from '../errors/aadsts-error.js';
import { preciseTime } from '../errors/error-time.js';
import type { Claims } from '../tokens/claims.js';

/** How far the clock of a client may be ahead, in milliseconds. */
const NOT_BEFORE_LEEWAY_MS = 5 * 60_000;

/** Checks `nbf` and `exp` of a client assertion, AADSTS700024. A time that is absent counts as 1970. */
export function checkAssertionTime({ nbf, exp }: Claims, now: number): void {
  const validFrom = milliseconds(nbf);
  const expiry = milliseconds(exp);
  if (now >= expiry || now + NOT_BEFORE_LEEWAY_MS < validFrom) {
    throw new AadstsError(700024, [now, validFrom, expiry].map(preciseTime));
  }
}

function milliseconds(numericDate: unknown): number {
  const at = typeof numericDate === 'number' ? numericDate * 1000 : 0;
  // Beyond what a Date holds there is no text for it, and no difference either.
  return Math.min(Math.max(at, 0), 8_640_000_000_000_000);
}
