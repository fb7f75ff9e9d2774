/**
 * Milliseconds since `at`, a time of `Date.now()`. A clock that was set back says nothing of how long it is: then it
 * is long enough for anything, so that nobody waits for the clock to catch up.
 */
export function elapsedSince(at: number): number {
  const elapsed = Date.now() - at;
  return elapsed < 0 ? Infinity : elapsed;
}
