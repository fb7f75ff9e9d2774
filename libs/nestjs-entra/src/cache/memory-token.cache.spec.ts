import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CachedToken } from './cached-token.js';
import { MemoryTokenCache } from './memory-token.cache.js';

const NOW = 1_000_000;
const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;

const tokenOf = (accessToken: string, names: string[], more: Partial<CachedToken> = {}): CachedToken => ({
  accessToken,
  expiresAt: NOW + 2_000,
  requested: [],
  serveUntil: NOW + 1_000,
  refreshAt: Infinity,
  clockAnchor: 0,
  scopes: names,
  names: new Set(names),
  tenantId: 't',
  userId: 'u',
  assertionId: 'a',
  correlationId: 'c',
  ...more,
});

const found = (cache: MemoryTokenCache, names: string[], now = NOW, key = 'key') =>
  cache.find(key, new Set(names), now, now)?.accessToken;

afterEach(() => vi.useRealTimers());

describe('MemoryTokenCache', () => {
  it.each([
    ['the same scopes', ['a', 'b'], 'token'],
    ['fewer scopes', ['b'], 'token'],
    ['one scope more', ['a', 'b', 'c'], undefined],
    ['other scopes', ['c'], undefined],
  ])('serves %s: %j', (_what, asked, expected) => {
    const cache = new MemoryTokenCache(MIB);
    cache.add('key', tokenOf('token', ['a', 'b']), NOW, NOW);
    expect(found(cache, asked)).toBe(expected);
  });

  it('serves nothing under another key', () => {
    const cache = new MemoryTokenCache(MIB);
    cache.add('key', tokenOf('token', ['a']), NOW, NOW);
    expect(found(cache, ['a'], NOW, 'other')).toBeUndefined();
  });

  it('serves a token up to the end of its time and not beyond', () => {
    const cache = new MemoryTokenCache(MIB);
    cache.add('key', tokenOf('token', ['a'], { serveUntil: NOW + 10 }), NOW, NOW);
    expect(found(cache, ['a'], NOW + 9)).toBe('token');
    expect(found(cache, ['a'], NOW + 10)).toBeUndefined();
  });

  it('keeps tokens of different scopes of one resource side by side', () => {
    const cache = new MemoryTokenCache(MIB);
    cache.add('key', tokenOf('first', ['a']), NOW, NOW);
    cache.add('key', tokenOf('second', ['b']), NOW, NOW);
    expect([found(cache, ['a']), found(cache, ['b']), found(cache, ['a', 'b'])]).toEqual([
      'first',
      'second',
      undefined,
    ]);
  });

  it('replaces the tokens that a new one can stand in for', () => {
    const cache = new MemoryTokenCache(MIB);
    cache.add('key', tokenOf('x'.repeat(1_000), ['a']), NOW, NOW);
    const before = cache.bytes;
    cache.add('key', tokenOf('y'.repeat(1_000), ['a', 'b']), NOW, NOW);
    expect(cache.bytes).toBe(before);
    expect(found(cache, ['a'])).toBe('y'.repeat(1_000));
  });

  it('lets a narrower token replace nothing', () => {
    const cache = new MemoryTokenCache(MIB);
    cache.add('key', tokenOf('wide', ['a', 'b']), NOW, NOW);
    cache.add('key', tokenOf('narrow', ['a']), NOW, NOW);
    expect(found(cache, ['a', 'b'])).toBe('wide');
    expect(found(cache, ['a'])).toBe('narrow');
  });

  it('drops what is over when a token of the same key comes in', () => {
    const cache = new MemoryTokenCache(MIB);
    cache.add('key', tokenOf('old', ['a'], { serveUntil: NOW + 10 }), NOW, NOW);
    cache.add('key', tokenOf('new', ['b']), NOW + 10, NOW + 10);
    const alone = new MemoryTokenCache(MIB);
    alone.add('key', tokenOf('new', ['b']), NOW, NOW);
    expect(cache.bytes).toBe(alone.bytes);
  });

  it('lets an expired token leave without being asked for', () => {
    vi.useFakeTimers({ now: NOW });
    const cache = new MemoryTokenCache(MIB);
    const other = new MemoryTokenCache(MIB);
    cache.add('expired', tokenOf('old', ['a']), Date.now(), Date.now());
    vi.advanceTimersByTime(24 * 60 * 60 * 1000);
    const fresh = tokenOf('new', ['a'], { expiresAt: Date.now() + 2_000, serveUntil: Date.now() + 1_000 });
    cache.add('fresh', fresh, Date.now(), Date.now());
    other.add('fresh', fresh, Date.now(), Date.now());
    expect(cache.bytes).toBe(other.bytes);
  });

  it('forgets what is over when it is swept, and nothing else', () => {
    const cache = new MemoryTokenCache(MIB);
    const later = NOW + 10 * MINUTE_MS;
    cache.add('over', tokenOf('old', ['a']), NOW, NOW);
    cache.add('good', tokenOf('good', ['a'], { serveUntil: later + 1 }), NOW, NOW);
    cache.add('renewed', tokenOf('first', ['a']), NOW, NOW);
    cache.add('renewed', tokenOf('second', ['a'], { serveUntil: later + 1 }), NOW, NOW);
    const alone = new MemoryTokenCache(MIB);
    alone.add('good', tokenOf('good', ['a']), NOW, NOW);
    alone.add('renewed', tokenOf('second', ['a']), NOW, NOW);
    cache.sweep(later);
    expect(cache.bytes).toBe(alone.bytes);
    expect(found(cache, ['a'], later, 'good')).toBe('good');
    expect(found(cache, ['a'], later, 'renewed')).toBe('second');
  });

  it('keeps a key as long as one of its tokens is good', () => {
    const cache = new MemoryTokenCache(MIB);
    const later = NOW + 10 * MINUTE_MS;
    cache.add('key', tokenOf('long', ['a'], { serveUntil: later + 1 }), NOW, NOW);
    cache.add('key', tokenOf('short', ['b']), NOW, NOW);
    cache.sweep(later);
    expect(found(cache, ['a'], later)).toBe('long');
  });

  it('stays within its bytes, keys and tokens counted', () => {
    const maxBytes = 64 * 1024;
    const cache = new MemoryTokenCache(maxBytes);
    for (let index = 0; index < 500; index++) {
      cache.add(`key-${index}`.padEnd(200, 'k'), tokenOf('x'.repeat(1_000), ['a']), NOW, NOW);
      expect(cache.bytes).toBeLessThanOrEqual(maxBytes);
    }
    expect(cache.bytes).toBeGreaterThan(maxBytes / 2);
  });

  it('counts the length of the token and of the key', () => {
    const bytesWith = (key: string, accessToken: string) => {
      const cache = new MemoryTokenCache(MIB);
      cache.add(key, tokenOf(accessToken, ['a']), NOW, NOW);
      return cache.bytes;
    };
    expect(bytesWith('k', 'x'.repeat(1_001)) - bytesWith('k', 'x')).toBeGreaterThanOrEqual(1_000);
    expect(bytesWith('k'.repeat(1_001), 'x') - bytesWith('k', 'x')).toBeGreaterThanOrEqual(1_000);
  });

  it('lets the least recently used leave first', () => {
    const cache = new MemoryTokenCache(64 * 1024);
    const add = (key: string) => cache.add(key, tokenOf(`${key}-`.padEnd(12_000, 'x'), ['a']), NOW, NOW);
    const has = (key: string) => found(cache, ['a'], NOW, key) !== undefined;
    ['one', 'two', 'three', 'four', 'five'].forEach(add);
    expect(has('one')).toBe(true);
    add('six');
    expect([has('one'), has('two'), has('six')]).toEqual([true, false, true]);
  });

  it('keeps nothing that would throw most of the others out', () => {
    const cache = new MemoryTokenCache(64 * 1024);
    cache.add('small', tokenOf('small', ['a']), NOW, NOW);
    cache.add('huge', tokenOf('x'.repeat(63 * 1024), ['a']), NOW, NOW);
    expect(found(cache, ['a'], NOW, 'small')).toBe('small');
    expect(found(cache, ['a'], NOW, 'huge')).toBeUndefined();
  });

  it('forgets everything when cleared', () => {
    const cache = new MemoryTokenCache(MIB);
    cache.add('key', tokenOf('token', ['a']), NOW, NOW);
    cache.clear();
    expect(found(cache, ['a'])).toBeUndefined();
    expect(cache.bytes).toBe(0);
  });

  it('knows the keys of a user as long as tokens of the user are cached', () => {
    const cache = new MemoryTokenCache(64 * 1024);
    cache.add('one', tokenOf('one', ['a'], { userId: 'ada' }), NOW, NOW);
    cache.add('one', tokenOf('more', ['b'], { userId: 'ada' }), NOW, NOW);
    cache.add('two', tokenOf('two', ['a'], { userId: 'ada' }), NOW, NOW);
    cache.add('three', tokenOf('three', ['a'], { userId: 'grace' }), NOW, NOW);
    cache.add('app', tokenOf('app', ['a'], { userId: '' }), NOW, NOW);
    expect([cache.keysOf('ada').toSorted(), cache.keysOf('grace'), cache.keysOf('')]).toEqual([
      ['one', 'two'],
      ['three'],
      [],
    ]);
    cache.remove('one', 'more');
    expect(cache.keysOf('ada').toSorted()).toEqual(['one', 'two']);
    cache.remove('one');
    expect(cache.keysOf('ada')).toEqual(['two']);
    // Pushed out by others.
    for (let index = 0; index < 100; index++)
      cache.add(`${index}`, tokenOf('x'.repeat(1_000), ['a']), NOW, NOW);
    expect([cache.keysOf('ada'), cache.keysOf('grace')]).toEqual([[], []]);
  });

  it('forgets the keys of users when entries expire, are too large, and when it is cleared', () => {
    const cache = new MemoryTokenCache(64 * 1024);
    cache.add('expired', tokenOf('old', ['a']), NOW, NOW);
    cache.sweep(NOW + 10 * MINUTE_MS);
    expect(cache.keysOf('u')).toEqual([]);
    cache.add('huge', tokenOf('x'.repeat(63 * 1024), ['a']), NOW, NOW);
    expect(cache.keysOf('u')).toEqual([]);
    cache.add('key', tokenOf('new', ['a']), NOW, NOW);
    cache.clear();
    expect(cache.keysOf('u')).toEqual([]);
  });

  it('serves a token until the first of two clocks has reached its end', () => {
    const cache = new MemoryTokenCache(MIB);
    // The system clock was 500 ahead of the monotonic clock when the token was acquired.
    cache.add('key', tokenOf('token', ['a'], { serveUntil: NOW + 100, clockAnchor: 500 }), NOW, NOW - 500);
    const served = (wall: number, monotonic: number) => cache.find('key', new Set(['a']), wall, monotonic);
    expect(served(NOW + 99, NOW - 401)).toBeDefined();
    expect(served(NOW + 100, NOW - 500)).toBeUndefined();
    expect(served(NOW - 7_200_000, NOW - 400)).toBeUndefined();
    expect(served(NOW - 7_200_000, NOW - 401)).toBeDefined();
  });
});
