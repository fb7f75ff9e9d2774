import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RejectionLog } from './rejection-log.js';

const warn = vi.spyOn(Logger.prototype, 'warn');
const lines = () => warn.mock.calls.map(([line]) => String(line));

beforeEach(() => {
  warn.mockReset().mockReturnValue(undefined);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => void vi.useRealTimers());

describe('RejectionLog', () => {
  it('writes 10 lines of a code in 10 seconds, and counts the others', () => {
    const log = new RejectionLog();
    for (let count = 1; count <= 2_000; count++) log.write('warn', 'token_key', `line ${count}`);
    expect(lines()).toEqual(Array.from({ length: 10 }, (_none, index) => `line ${index + 1}`));
    vi.advanceTimersByTime(10_000);
    expect(lines().slice(10)).toEqual(['token_key: 1990 more lines were suppressed within 10 seconds']);
    log.write('warn', 'token_key', 'later');
    expect(lines().at(-1)).toBe('later');
  });

  it('never hides the first line of a code behind those of another', () => {
    const log = new RejectionLog();
    for (let count = 0; count < 50; count++) log.write('warn', 'token_key', 'key');
    log.write('warn', 'token_audience', 'audience');
    expect(lines().at(-1)).toBe('audience');
  });

  it('tells of the suppressed lines before the next one of the code, when no timer ran', () => {
    const log = new RejectionLog();
    for (let count = 0; count < 11; count++) log.write('warn', 'token_key', 'key');
    vi.advanceTimersByTime(9_999);
    log.write('warn', 'token_key', 'key');
    expect(lines()).toHaveLength(10);
    vi.advanceTimersByTime(1);
    expect(lines().at(-1)).toBe('token_key: 2 more lines were suppressed within 10 seconds');
  });

  it('tells of them when the application closes, and leaves no timer behind', () => {
    const log = new RejectionLog();
    for (let count = 0; count < 11; count++) log.write('warn', 'token_key', 'key');
    expect(vi.getTimerCount()).toBe(1);
    log.onModuleDestroy();
    expect(lines().at(-1)).toBe('token_key: 1 more line was suppressed within 10 seconds');
    expect(vi.getTimerCount()).toBe(0);
    log.onModuleDestroy();
    expect(lines()).toHaveLength(11);
  });

  it('goes by a clock that nobody sets', () => {
    const log = new RejectionLog();
    for (let count = 0; count < 20; count++) log.write('warn', 'token_key', 'key');
    vi.setSystemTime(Date.now() - 7_200_000);
    vi.advanceTimersByTime(10_000);
    warn.mockClear();
    log.write('warn', 'token_key', 'after the clock was set back');
    expect(lines()).toEqual(['after the clock was set back']);
  });

  it('stays bounded when codes are invented: those beyond 64 share one limit', () => {
    const log = new RejectionLog();
    for (let count = 0; count < 10_000; count++) log.write('warn', `code_${count}`, `line ${count}`);
    expect(lines()).toHaveLength(64 + 10);
    log.onModuleDestroy();
    expect(lines().at(-1)).toBe('other codes: 9926 more lines were suppressed within 10 seconds');
  });

  it('has room for new codes once the periods of earlier ones are over', () => {
    const log = new RejectionLog();
    for (let count = 0; count < 64; count++) log.write('warn', `early_${count}`, 'early');
    for (let count = 0; count < 10; count++) log.write('warn', 'early_0', 'early');
    vi.advanceTimersByTime(10_000);
    warn.mockClear();
    for (let count = 0; count < 64; count++) log.write('warn', `late_${count}`, `line ${count}`);
    expect(lines()).toEqual(Array.from({ length: 64 }, (_none, index) => `line ${index}`));
    log.onModuleDestroy();
    expect(lines()).toHaveLength(64);
  });

  it('keeps the process alive for nothing', () => {
    vi.useRealTimers();
    const unref = vi.spyOn(Object.getPrototypeOf(setTimeout(() => undefined, 0)) as NodeJS.Timeout, 'unref');
    const log = new RejectionLog();
    for (let count = 0; count < 11; count++) log.write('warn', 'token_key', 'key');
    expect(unref).toHaveBeenCalledTimes(1);
    log.onModuleDestroy();
    unref.mockRestore();
  });
});
