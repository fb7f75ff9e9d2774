import { monotonicMs } from './monotonic-clock.js';
import { wallClockMs } from './wall-clock.js';

/**
 * How far the system clock is ahead of the monotonic clock. Take it when you learn of an end that others set, such as
 * the expiry of a token, and compare that end with {@link laterTime} from then on.
 */
export function clockAnchor(wall = wallClockMs(), monotonic = monotonicMs()): number {
  return wall - monotonic;
}

/**
 * Milliseconds since 1970 by the clock that has advanced further since `anchor` was taken. An end compared with it is
 * bounded by both clocks: setting the system clock back does not postpone it, because the monotonic clock goes on;
 * suspending the machine does not either, because the system clock goes on.
 */
export function laterTime(anchor: number, wall = wallClockMs(), monotonic = monotonicMs()): number {
  return Math.max(wall, monotonic + anchor);
}
