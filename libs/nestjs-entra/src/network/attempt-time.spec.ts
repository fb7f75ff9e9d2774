import { describe, expect, it } from 'vitest';
import { attemptTimeFaults, attemptTimeMs } from './attempt-time.js';

describe('attemptTimeMs', () => {
  it.each([
    [10_000, 0, 10_000],
    [10_000, 1, 4_925],
    [3_150, 5, 400],
  ])('of %i ms with %i retries is %i ms', (timeoutMs, retries, attemptMs) => {
    expect(attemptTimeMs(timeoutMs, retries)).toBe(attemptMs);
  });
});

describe('attemptTimeFaults', () => {
  it.each([
    {},
    { timeoutMs: 1_000 },
    { retries: 5 },
    { timeoutMs: 1_000, retries: 0 },
    { timeoutMs: 1_500, retries: 2 },
    { timeoutMs: 3_150, retries: 5 },
  ])('finds none in %o', (network) => {
    expect(attemptTimeFaults(network)).toEqual([]);
  });

  it.each([
    [{ timeoutMs: 1_000, retries: 5 }, 41, 3_150],
    [{ timeoutMs: 1_499, retries: 2 }, 399, 1_500],
    [{ timeoutMs: 3_149, retries: 5 }, 399, 3_150],
  ])('finds too little time for each attempt in %o', (network, attemptMs, leastMs) => {
    const { timeoutMs, retries } = network;
    expect(attemptTimeFaults(network)).toEqual([
      `network.timeoutMs is ${timeoutMs} and network.retries is ${retries}, which leaves ${attemptMs} ms for each attempt; give a timeoutMs of at least ${leastMs}, or fewer retries.`,
    ]);
  });
});
