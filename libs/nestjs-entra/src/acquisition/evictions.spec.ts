import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Evictions, STORE_HOLD_MS } from './evictions.js';
import type { TokenRequest } from './token-request.js';

const NOW = Date.UTC(2026, 5, 1);
const HOUR_MS = 3_600_000;
const requestOf = (key: string, userId = 'ada') => ({ key, userId }) as TokenRequest;

beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => void vi.useRealTimers());

describe('Evictions', () => {
  it('accept every record before the first eviction', () => {
    expect(new Evictions().acceptedFrom(requestOf('key'))).toBe(-Infinity);
  });

  it.each([
    ['the key', (evictions: Evictions) => evictions.ofKey('key')],
    ['the user', (evictions: Evictions) => evictions.ofUser('ada')],
  ])(
    'accept no record for 60 s after %s was evicted, and none acquired before it from then on',
    (_of, evict) => {
      const evictions = new Evictions();
      evict(evictions);
      vi.advanceTimersByTime(STORE_HOLD_MS - 1);
      expect(evictions.acceptedFrom(requestOf('key'))).toBe(Infinity);
      vi.advanceTimersByTime(1);
      expect(evictions.acceptedFrom(requestOf('key'))).toBe(NOW);
      expect(evictions.acceptedFrom(requestOf('other', 'grace'))).toBe(-Infinity);
    },
  );

  it.each([
    ['set back', -2 * HOUR_MS],
    ['set forward', 2 * HOUR_MS],
  ])('keep their order and the time without reads when the clock is %s', (_how, byMs) => {
    const evictions = new Evictions();
    evictions.ofKey('key');
    vi.setSystemTime(NOW + byMs);
    expect(evictions.acceptedFrom(requestOf('key'))).toBe(Infinity);
    vi.advanceTimersByTime(STORE_HOLD_MS);
    expect(evictions.acceptedFrom(requestOf('key'))).toBe(NOW + byMs);
  });

  it('accept records after a forced refresh, which overtakes work in flight only', () => {
    const evictions = new Evictions();
    const begun = evictions.count;
    evictions.supersede('key');
    expect(evictions.latest(requestOf('key'))).toBeGreaterThan(begun);
    expect(evictions.acceptedFrom(requestOf('key'))).toBe(-Infinity);
  });

  it('keep an eviction when a forced refresh follows it', () => {
    const evictions = new Evictions();
    evictions.ofKey('key');
    evictions.supersede('key');
    expect(evictions.acceptedFrom(requestOf('key'))).toBe(Infinity);
  });

  it('count as an eviction of everything once there are too many to remember', () => {
    const evictions = new Evictions();
    evictions.ofKey('first');
    vi.advanceTimersByTime(1_000);
    for (let index = 0; index < 10_000; index++) evictions.ofKey(`key ${index}`);
    expect(evictions.latest(requestOf('untouched'))).toBe(1);
    expect(evictions.acceptedFrom(requestOf('untouched'))).toBe(Infinity);
    vi.advanceTimersByTime(STORE_HOLD_MS - 1_000);
    expect(evictions.acceptedFrom(requestOf('untouched'))).toBe(NOW);
  });
});
