import { describe, expect, it, vi } from 'vitest';
import { StoreBreaker } from './store-breaker.js';

const SECOND = 1_000;

function setUp() {
  const listener = { began: vi.fn(), ended: vi.fn() };
  const breaker = new StoreBreaker(listener);
  const fail = (times: number, now = 0) => {
    for (let fault = 0; fault < times; fault++) breaker.failed(now, new Error(`fault ${fault}`));
  };
  return { breaker, listener, fail };
}

describe('StoreBreaker', () => {
  it('lets everything pass until five faults came one after the other', () => {
    const { breaker, fail, listener } = setUp();
    fail(4);
    breaker.succeeded(0);
    fail(4);
    expect(breaker.permit(0)).toBe('pass');
    fail(1);
    expect(breaker.permit(0)).toBe('refuse');
    expect(breaker.isClosed).toBe(false);
    expect(listener.began).toHaveBeenCalledOnce();
  });

  it('tells of an outage once, whatever fails during it, and of its end once', () => {
    const { breaker, fail, listener } = setUp();
    fail(50);
    fail(50, 3 * SECOND);
    breaker.succeeded(4 * SECOND);
    breaker.succeeded(5 * SECOND);
    expect(listener.began).toHaveBeenCalledOnce();
    expect(listener.ended.mock.calls).toEqual([[4 * SECOND]]);
    expect(breaker.permit(5 * SECOND)).toBe('pass');
  });

  it('lets one operation try after 1, 2, 4, 8 and then every 10 seconds', () => {
    const { breaker, fail } = setUp();
    fail(5);
    const tries: number[] = [];
    for (let now = 0; now <= 45 * SECOND; now += 100) {
      const permit = breaker.permit(now);
      expect(permit).not.toBe('pass');
      if (permit !== 'probe') continue;
      tries.push(now / SECOND);
      expect(breaker.permit(now)).toBe('refuse');
      breaker.failed(now, new Error('still down'));
    }
    expect(tries).toEqual([1, 3, 7, 15, 25, 35, 45]);
  });

  it('waits a second again in the next outage', () => {
    const { breaker, fail } = setUp();
    fail(5);
    for (const now of [1, 3, 7]) expect(breaker.permit(now * SECOND)).toBe('probe');
    breaker.succeeded(8 * SECOND);
    fail(5, 20 * SECOND);
    expect(breaker.permit(20.9 * SECOND)).toBe('refuse');
    expect(breaker.permit(21 * SECOND)).toBe('probe');
  });
});
