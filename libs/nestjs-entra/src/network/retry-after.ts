import { wallClockMs } from './wall-clock.js';

/** A date as HTTP writes it (RFC 9110 section 5.6.7); `Date.parse` alone takes "1.5" for one. */
const HTTP_DATE = /^[A-Z][a-z]{2,8},? \d{2}[ -][A-Z][a-z]{2}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * `Retry-After` in seconds, of either form (RFC 9110 section 10.2.3); `undefined` when absent or unreadable.
 *
 * @param now what a date is compared with, milliseconds since 1970. Default: the system clock. Pass the time of the
 *   response's `Date` header, {@link httpDateMs}, where there is one: the result then does not depend on our clock
 */
export function retryAfterSeconds(
  value: string | null | undefined,
  now: number = wallClockMs(),
): number | undefined {
  const text = value?.trim();
  if (!text) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const date = httpDateMs(text);
  return date === undefined ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

/** A date of an HTTP header in milliseconds since 1970; `undefined` when absent or unreadable. */
export function httpDateMs(value: string | null | undefined): number | undefined {
  const text = value?.trim();
  if (!text || !HTTP_DATE.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : date;
}
