import { describe, expect, it } from 'vitest';
import { expiresIn, randomLifetimeSeconds, tokenTimes } from './token-lifetime.js';

const NOW = 1_700_000_000_900;

describe('the times of a token', () => {
  it('are dated back by five minutes', () => {
    expect(tokenTimes(NOW, 3600)).toEqual({ iat: 1_699_999_700, nbf: 1_699_999_700, exp: 1_700_003_600 });
  });

  it('end no later than they may', () => {
    expect(tokenTimes(NOW, 3600, 1_700_000_010).exp).toBe(1_700_000_010);
  });

  it('are told a second short, and never below zero', () => {
    expect(expiresIn(1_700_003_600, NOW)).toBe(3599);
    expect(expiresIn(1_699_999_999, NOW)).toBe(0);
  });

  it('differ from token to token', () => {
    const lifetimes = Array.from({ length: 200 }, randomLifetimeSeconds);
    expect(Math.min(...lifetimes)).toBeGreaterThanOrEqual(3600);
    expect(Math.max(...lifetimes)).toBeLessThanOrEqual(5400);
    expect(new Set(lifetimes).size).toBeGreaterThan(1);
  });
});
