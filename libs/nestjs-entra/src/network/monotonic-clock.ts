/**
 * Milliseconds of a clock that never jumps, counted from an arbitrary start: the only clock for durations, waits and
 * timeouts. It can stand still while the machine is suspended, so it does not tell on its own whether a time that
 * others set has come; see `clock-anchor.ts`.
 */
export function monotonicMs(): number {
  return performance.now();
}
