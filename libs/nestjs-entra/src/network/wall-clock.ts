/**
 * Milliseconds since 1970, as the system clock has it. It can be set back or forward at any time, so use it only
 * where others read or wrote the time (expiry of tokens and certificates, HTTP dates), never to measure a duration.
 * `test/clocks.spec.ts` lists the files that may import this, with the reason of each.
 */
export function wallClockMs(): number {
  return Date.now();
}
