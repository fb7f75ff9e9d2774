import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  storedTokenKey,
  tokenCacheKey,
  type StoredTokenKeyParts,
  type TokenCacheKeyParts,
} from './token-cache-key.js';

type Key = (values: readonly string[]) => string;

const partsOf = (names: readonly string[], values: readonly string[]) =>
  Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));

const MEMORY = ['tenantId', 'assertionId', 'resource', 'claims'];
const STORED = ['clientId', 'instance', 'userId', 'key'];
const memoryKey: Key = (values) => tokenCacheKey(partsOf(MEMORY, values) as unknown as TokenCacheKeyParts);
const storedKey: Key = (values) =>
  storedTokenKey({ ...partsOf(STORED, values), names: new Set(['a']) } as unknown as StoredTokenKeyParts);

/** Texts made of what could be mistaken for the joints of a key. */
const forged = fc
  .array(fc.constantFrom('|', ':', '0', '1', '2', '|0:', '|1:', 'a', '\u{1f600}'), { maxLength: 4 })
  .map((bits) => bits.join(''));
const tuple = fc.array(fc.oneof(forged, fc.string({ maxLength: 4 })), { minLength: 4, maxLength: 4 });

describe.each<[string, readonly string[], Key]>([
  ['in memory', MEMORY, memoryKey],
  ['in a store', STORED, storedKey],
])('The key of a token %s', (_where, names, keyOf) => {
  const base = ['first', 'second', 'third', 'fourth'];

  it('is the same for the same parts', () => {
    expect(keyOf([...base])).toBe(keyOf(base));
  });

  it.each(names)('is another for another %s', (name) => {
    const changed = base.map((value, index) => (names[index] === name ? `${value}x` : value));
    expect(keyOf(changed)).not.toBe(keyOf(base));
  });

  it.each([
    ['a delimiter', ['a|1:b'], ['a', 'b']],
    ['text moved over a joint', ['ab', 'c'], ['a', 'bc']],
    ['an empty part', ['', 'a'], ['a', '']],
    ['a forged length', ['a|1:b|0:'], ['a', 'b', '']],
    ['letters of two units', ['\u{1f600}', 'a'], ['\ud83d', '\ude00a']],
  ])('is not fooled by %s', (_what, left, right) => {
    expect(keyOf(left)).not.toBe(keyOf(right));
  });

  it('is another for any two different tuples', () => {
    fc.assert(
      fc.property(tuple, tuple, (left, right) => {
        const isSame = left.every((value, index) => value === right[index]);
        return (keyOf(left) === keyOf(right)) === isSame;
      }),
      { numRuns: 2_000 },
    );
  });

  it('is another when the same text is cut at different places', () => {
    const cuts = fc.array(fc.nat({ max: 12 }), { minLength: 3, maxLength: 3 });
    const cut = (text: string, places: number[]) => {
      const at = [0, ...places.toSorted((a, b) => a - b), text.length];
      return names.map((_name, index) => text.slice(at[index], at[index + 1]));
    };
    fc.assert(
      fc.property(fc.string({ minLength: 12, maxLength: 12 }), cuts, cuts, (text, one, other) => {
        const [left, right] = [cut(text, one), cut(text, other)];
        const isSame = left.every((value, index) => value === right[index]);
        return (keyOf(left) === keyOf(right)) === isSame;
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('The scopes in the key of a record', () => {
  const keyOf = (names: string[]) =>
    storedTokenKey({ clientId: 'c', instance: 'i', userId: 'u', key: 'k', names: new Set(names) });

  it('count, in any order', () => {
    expect(keyOf(['a', 'b'])).toBe(keyOf(['b', 'a']));
    expect(keyOf(['a', 'b'])).not.toBe(keyOf(['a']));
  });
});
