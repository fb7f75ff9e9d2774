import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenCacheKey, type TokenCacheKeyParts } from './token-cache-key.js';

const NAMES = ['clientId', 'instance', 'tenantId', 'userId', 'assertionId', 'resource', 'claims'] as const;

const partsOf = (values: readonly string[]) =>
  Object.fromEntries(
    NAMES.map((name, index) => [name, values[index] ?? '']),
  ) as unknown as TokenCacheKeyParts;
const base = partsOf(['client', 'https://login', 'tenant', 'user', 'assertion', 'https://graph', '']);

/** Texts made of what could be mistaken for the joints of a key. */
const forged = fc
  .array(fc.constantFrom('|', ':', '0', '1', '2', '|0:', '|1:', 'a', '\u{1f600}'), { maxLength: 4 })
  .map((bits) => bits.join(''));
const tuple = fc.array(fc.oneof(forged, fc.string({ maxLength: 4 })), {
  minLength: NAMES.length,
  maxLength: NAMES.length,
});

describe('tokenCacheKey', () => {
  it('gives the same key for the same parts', () => {
    expect(tokenCacheKey({ ...base })).toBe(tokenCacheKey(base));
  });

  it.each(NAMES)('gives another key for another %s', (name) => {
    expect(tokenCacheKey({ ...base, [name]: `${base[name]}x` })).not.toBe(tokenCacheKey(base));
  });

  it.each([
    ['a delimiter', ['a|1:b'], ['a', 'b']],
    ['text moved over a joint', ['ab', 'c'], ['a', 'bc']],
    ['an empty part', ['', 'a'], ['a', '']],
    ['a forged length', ['a|1:b|0:'], ['a', 'b', '']],
    ['letters of two units', ['\u{1f600}', 'a'], ['\ud83d', '\ude00a']],
  ])('is not fooled by %s', (_what, left, right) => {
    expect(tokenCacheKey(partsOf(left))).not.toBe(tokenCacheKey(partsOf(right)));
  });

  it('gives different keys for any two different tuples', () => {
    fc.assert(
      fc.property(tuple, tuple, (left, right) => {
        const isSame = left.every((value, index) => value === right[index]);
        return (tokenCacheKey(partsOf(left)) === tokenCacheKey(partsOf(right))) === isSame;
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives different keys when the same text is cut at different places', () => {
    const cuts = fc.array(fc.nat({ max: 12 }), { minLength: NAMES.length - 1, maxLength: NAMES.length - 1 });
    const cut = (text: string, places: number[]) => {
      const at = [0, ...places.toSorted((a, b) => a - b), text.length];
      return NAMES.map((_name, index) => text.slice(at[index], at[index + 1]));
    };
    fc.assert(
      fc.property(fc.string({ minLength: 12, maxLength: 12 }), cuts, cuts, (text, one, other) => {
        const [left, right] = [cut(text, one), cut(text, other)];
        const isSame = left.every((value, index) => value === right[index]);
        return (tokenCacheKey(partsOf(left)) === tokenCacheKey(partsOf(right))) === isSame;
      }),
      { numRuns: 2_000 },
    );
  });
});
