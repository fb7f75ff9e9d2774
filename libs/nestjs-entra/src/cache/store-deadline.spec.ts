import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { orStoreTimeout, StoreTimeoutError } from './store-deadline.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = () => new Promise<never>(() => undefined);

describe('orStoreTimeout', () => {
  it('gives what comes in time, and leaves no timer', async () => {
    const work = orStoreTimeout(new Promise((resolve) => void setTimeout(() => resolve('value'), 49)), 50);
    await vi.advanceTimersByTimeAsync(49);
    await expect(work).resolves.toBe('value');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('passes a failure on, and leaves no timer', async () => {
    await expect(orStoreTimeout(Promise.reject(new Error('refused')), 50)).rejects.toThrow('refused');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends after the time', async () => {
    let error: unknown;
    orStoreTimeout(never(), 50).catch((reason: unknown) => (error = reason));
    await vi.advanceTimersByTimeAsync(49);
    expect(error).toBeUndefined();
    await vi.advanceTimersByTimeAsync(2);
    expect(error).toEqual(new StoreTimeoutError(50));
    expect((error as Error).message).toBe('no answer within 50 ms');
  });
});

describe('orStoreTimeout in a process that has other work', () => {
  beforeEach(() => void vi.useRealTimers());

  it('keeps the process until it is over, for somebody waits', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const work = orStoreTimeout(never(), 50);
    expect(timers()).toBe(before + 1);
    await expect(work).rejects.toThrow('no answer within 50 ms');
    expect(timers()).toBe(before);
  });

  it('one turn longer than the whole time is not the time of the store', async () => {
    const answered = new Promise((resolve) => void setTimeout(() => resolve('value'), 215));
    const work = orStoreTimeout(answered, 50);
    const end = performance.now() + 200;
    while (performance.now() < end);
    await expect(work).resolves.toBe('value');
  });
});
