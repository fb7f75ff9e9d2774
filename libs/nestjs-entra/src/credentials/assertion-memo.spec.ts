import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AssertionMemo } from './assertion-memo.js';

/** Lets time go by on both clocks. Timers do not run: what is due is looked for when a credential is used. */
const travelTo = (at: number) => {
  const passedMs = at - Date.now();
  const monotonic = performance.now() + passedMs;
  vi.setSystemTime(at);
  vi.spyOn(performance, 'now').mockReturnValue(monotonic);
};

const START = Date.UTC(2026, 5, 1);
const LIFETIME_MS = 600_000;

beforeEach(() => void vi.useFakeTimers({ now: START }));
afterEach(() => void vi.useRealTimers());

/** A memo, and who makes its assertions. */
function setUp() {
  const made: string[] = [];
  const make = (audience: string) => async () => {
    made.push(audience);
    return {
      assertion: `${audience}-${made.length}`,
      madeAt: Date.now(),
      expiresAt: Date.now() + LIFETIME_MS,
    };
  };
  const memo = new AssertionMemo();
  return { memo, made, get: (audience = 'a') => memo.get(audience, make(audience)) };
}

describe('AssertionMemo', () => {
  it('makes an assertion once for each audience, also when audiences alternate', async () => {
    const { get, made } = setUp();
    const given = [await get('a'), await get('b'), await get('a'), await get('b'), await get('a')];
    expect(given).toEqual(['a-1', 'b-2', 'a-1', 'b-2', 'a-1']);
    expect(made).toEqual(['a', 'b']);
  });

  it('makes one for all who ask at once', async () => {
    const { get, made } = setUp();
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => get())))).toEqual(new Set(['a-1']));
    expect(made).toHaveLength(1);
  });

  it('renews when four fifths of the lifetime are over, and serves the old one meanwhile', async () => {
    const { get, made } = setUp();
    await get();
    travelTo(START + LIFETIME_MS * 0.8 - 1);
    expect(await get()).toBe('a-1');
    expect(made).toHaveLength(1);
    travelTo(START + LIFETIME_MS * 0.8);
    expect(await get()).toBe('a-1');
    expect(await get()).toBe('a-2');
    expect(made).toHaveLength(2);
  });

  it('gives none that ends within half a minute', async () => {
    const { get } = setUp();
    await get();
    travelTo(START + LIFETIME_MS - 30_000);
    expect(await get()).toBe('a-2');
  });

  it('gives one that lives for ten seconds for nine of them', async () => {
    const memo = new AssertionMemo();
    const make = async () => ({ assertion: 'short', madeAt: START, expiresAt: START + 10_000 });
    await memo.get('a', make);
    travelTo(START + 8_999);
    expect(await memo.get('a', () => Promise.reject(new Error('made again')))).toBe('short');
    travelTo(START + 9_000);
    await expect(memo.get('a', () => Promise.reject(new Error('made again')))).rejects.toThrow('made again');
  });

  it('a renewal that fails leaves the old one, and is tried again after ten seconds', async () => {
    const { memo, get } = setUp();
    await get();
    const failing = vi.fn(() => Promise.reject(new Error('out of reach')));
    travelTo(START + LIFETIME_MS * 0.8);
    expect(await memo.get('a', failing)).toBe('a-1');
    expect(await memo.get('a', failing)).toBe('a-1');
    expect(failing).toHaveBeenCalledTimes(1);
    travelTo(START + LIFETIME_MS * 0.8 + 10_000);
    expect(await memo.get('a', failing)).toBe('a-1');
    expect(failing).toHaveBeenCalledTimes(2);
    travelTo(START + LIFETIME_MS);
    await expect(memo.get('a', failing)).rejects.toThrow('out of reach');
  });

  it.each([
    ['back', -7_200_000, 2],
    ['back by less than a minute', -59_000, 1],
    ['forward past the end of the assertion', 7_200_000, 2],
  ])('makes another one when the clock is set %s, and only then', async (_how, byMs, made) => {
    const memo = new AssertionMemo();
    let times = 0;
    const make = async () => {
      const madeAt = Date.now();
      return { assertion: `assertion ${++times}`, madeAt, expiresAt: madeAt + 600_000 };
    };
    await memo.get('audience', make);
    vi.setSystemTime(Date.now() + byMs);
    expect(await memo.get('audience', make)).toBe(`assertion ${made}`);
    expect(await memo.get('audience', make)).toBe(`assertion ${made}`);
  });

  it('ends by the monotonic clock when the system clock was set back a little', async () => {
    const memo = new AssertionMemo();
    let times = 0;
    const make = async () => ({
      assertion: `assertion ${++times}`,
      madeAt: START,
      expiresAt: START + 600_000,
    });
    await memo.get('audience', make);
    vi.setSystemTime(START - 50_000);
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 570_000);
    await memo.get('audience', make);
    expect(times).toBe(2);
  });
});
