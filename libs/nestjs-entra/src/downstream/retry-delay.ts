import { httpDateMs, retryAfterSeconds } from '../network/retry-after.js';

/** Methods that may be repeated (RFC 9110 section 9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** The longest wait before the first retry of an answer without `Retry-After`; it doubles with each. */
const FIRST_WAIT_MS = 250;

/** Added at random, so that those who were told the same do not come back together. */
const SPREAD_MS = 100;

/**
 * How long to wait before a call is repeated, in milliseconds; `undefined` when it is not to be.
 *
 * @param attempt 0 for the first retry
 */
export function retryDelayMs(
  method: string,
  { status, headers }: Response,
  attempt: number,
): number | undefined {
  if (!IDEMPOTENT.has(method) || (status !== 429 && status !== 503)) return undefined;
  const seconds = retryAfterSeconds(headers.get('retry-after'), httpDateMs(headers.get('date')));
  const spread = Math.random();
  return seconds === undefined
    ? FIRST_WAIT_MS * 2 ** attempt * (0.5 + spread / 2)
    : seconds * 1000 + spread * SPREAD_MS;
}
