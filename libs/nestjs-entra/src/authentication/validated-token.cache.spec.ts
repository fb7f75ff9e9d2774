import { describe, expect, it } from 'vitest';
import { toEntraUser } from '../caller/entra-user.js';
import { ValidatedTokenCache, type ValidatedToken } from './validated-token.cache.js';

const NOW = 1_800_000_000;
const token = (more: Partial<ValidatedToken> = {}): ValidatedToken => ({
  user: toEntraUser({ aud: 'a', iss: 'i', exp: 1, ver: '2.0', tid: 't', sub: 's', oid: 'o', scp: 'x' }),
  kid: 'key',
  notBefore: NOW - 10,
  notAfter: NOW + 10,
  ...more,
});
const published = (kid: string) => kid === 'key';

describe('ValidatedTokenCache', () => {
  it('knows a token that passed', () => {
    const cache = new ValidatedTokenCache();
    const passed = token();
    cache.add('id', passed, 1_000);
    expect(cache.find('id', NOW, published)).toBe(passed);
    expect(cache.find('other', NOW, published)).toBeUndefined();
  });

  it.each([
    [NOW - 11, false],
    [NOW - 10, true],
    [NOW + 9, true],
    [NOW + 10, false],
  ])('at %i it holds: %s', (now, holds) => {
    const cache = new ValidatedTokenCache();
    cache.add('id', token(), 1_000);
    expect(cache.find('id', now, published) !== undefined).toBe(holds);
  });

  it('does not hold a token whose key is no longer published, and forgets it', () => {
    const cache = new ValidatedTokenCache();
    cache.add('id', token({ kid: 'withdrawn' }), 1_000);
    expect(cache.find('id', NOW, published)).toBeUndefined();
    expect(cache.size).toBe(0);
  });

  it('forgets a token that is over', () => {
    const cache = new ValidatedTokenCache();
    cache.add('id', token(), 1_000);
    cache.find('id', NOW + 10, published);
    expect(cache.size).toBe(0);
  });

  it('stays within its bytes, the least recently used out first', () => {
    const cache = new ValidatedTokenCache(8_500);
    for (const id of ['a', 'b', 'c', 'd', 'e']) cache.add(id, token(), 1_000);
    expect(cache.size).toBe(5);
    cache.find('a', NOW, published);
    cache.add('f', token(), 1_000);
    expect(['a', 'b', 'f'].map((id) => cache.find(id, NOW, published) !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
    expect(cache.size).toBe(5);
  });

  it('counts long tokens as more', () => {
    const cache = new ValidatedTokenCache(12_000);
    for (const id of ['a', 'b', 'c', 'd', 'e']) cache.add(id, token(), 8_000);
    expect(cache.size).toBe(1);
  });

  it('holds some twenty thousand tokens by default', () => {
    const cache = new ValidatedTokenCache();
    for (let index = 0; index < 30_000; index++) cache.add(`id-${index}`, token(), 1_000);
    expect(cache.size).toBeGreaterThan(18_000);
    expect(cache.size).toBeLessThan(24_000);
  });
});
