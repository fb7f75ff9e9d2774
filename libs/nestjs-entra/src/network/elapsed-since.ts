import { monotonicMs } from './monotonic-clock.js';

/** Milliseconds since `at`, a time of {@link monotonicMs}. */
export function elapsedSince(at: number): number {
  return monotonicMs() - at;
}
