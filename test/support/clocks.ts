import { vi, onTestFinished } from 'vitest';

/** Controls the system clock and the monotonic clock of this process, from the call to the end of the test. */
export interface Clocks {
  /** Time passes: on both clocks. */
  pass(ms: number): void;
  /**
   * The system clock is set, forward or back, and the monotonic clock goes on. Forward is also what a suspended machine
   * sees when it resumes.
   */
  set(byMs: number): void;
}

/**
 * Takes over both clocks, in a test or in `beforeEach`. They stand still in between, timers do not.
 * @param now what the system clock is set to first
 */
export function takeOverClocks(now = Date.now()): Clocks {
  // A whole number, so that differences are exact.
  let monotonic = Math.ceil(performance.now());
  vi.useFakeTimers({ toFake: ['Date'], now });
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => monotonic);
  onTestFinished(() => {
    spy.mockRestore();
    vi.useRealTimers();
  });
  const set = (byMs: number) => void vi.setSystemTime(Date.now() + byMs);
  return {
    set,
    pass(ms) {
      monotonic += ms;
      set(ms);
    },
  };
}
