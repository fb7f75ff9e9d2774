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

/** Takes over both clocks. The system clock stands still in between, timers do not. */
export function takeOverClocks(): Clocks {
  const monotonic = performance.now.bind(performance);
  let passedMs = 0;
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => monotonic() + passedMs);
  onTestFinished(() => {
    spy.mockRestore();
    vi.useRealTimers();
  });
  const set = (byMs: number) => void vi.setSystemTime(Date.now() + byMs);
  return {
    set,
    pass(ms) {
      passedMs += ms;
      set(ms);
    },
  };
}
