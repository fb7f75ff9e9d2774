import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RejectedValueLog } from './rejected-value-log.js';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

describe('RejectedValueLog', () => {
  it('tells of a value once, and of another one as well', () => {
    const warn = vi.fn();
    const log = new RejectedValueLog({ warn });
    log.add('key', Uint8Array.of(1));
    log.add('key', Uint8Array.of(1));
    log.add('key', Uint8Array.of(2));
    log.add('other', Uint8Array.of(1));
    expect(warn).toHaveBeenCalledTimes(3);
    expect(warn.mock.calls[0]).toEqual([
      'The token cache store gave a value that is not what was written under its key (key): it was changed, moved, or is of another version. It counts as none',
    ]);
  });

  it('looks at the first bytes of a value and its length, however large it is', () => {
    const warn = vi.fn();
    const log = new RejectedValueLog({ warn });
    const value = new Uint8Array(10 * 1024 * 1024);
    log.add('key', value);
    log.add('key', Uint8Array.from([...value.subarray(0, 10), 1]));
    log.add('key', value.subarray(1));
    expect(warn).toHaveBeenCalledTimes(3);
    value[5_000_000] = 1;
    log.add('key', value);
    expect(warn).toHaveBeenCalledTimes(3);
  });

  it('writes ten lines in a minute, whatever is in the store', () => {
    const warn = vi.fn();
    const log = new RejectedValueLog({ warn });
    for (let value = 0; value < 100; value++) log.add('key', Uint8Array.of(value));
    expect(warn).toHaveBeenCalledTimes(10);
    expect(warn.mock.calls.at(-1)?.[0]).toContain('further ones are not logged for up to a minute');
    vi.setSystemTime(3_600_000);
    log.add('key', Uint8Array.of(200));
    expect(warn).toHaveBeenCalledTimes(10);
    vi.advanceTimersByTime(60_000);
    log.add('key', Uint8Array.of(200));
    expect(warn).toHaveBeenCalledTimes(11);
  });
});
