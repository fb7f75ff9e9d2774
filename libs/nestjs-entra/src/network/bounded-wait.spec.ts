import { describe, expect, it } from 'vitest';
import { atMost, pause } from './bounded-wait.js';

const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

describe('a bounded wait', () => {
  it('keeps the process, and leaves no timer', async () => {
    const before = timers();
    const paused = pause(5);
    expect(timers()).toBe(before + 1);
    await paused;
    const waited = atMost(new Promise(() => undefined), 5);
    expect(timers()).toBe(before + 1);
    await waited;
    expect(timers()).toBe(before);
  });

  it('is over with the work, also when that fails', async () => {
    const before = timers();
    await atMost(Promise.resolve(), 60_000);
    await expect(atMost(Promise.reject(new Error('no')), 60_000)).rejects.toThrow('no');
    expect(timers()).toBe(before);
  });
});
