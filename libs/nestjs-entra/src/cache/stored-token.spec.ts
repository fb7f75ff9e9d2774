import { describe, expect, it } from 'vitest';
import { decodeStoredToken, encodeStoredToken, type StoredToken } from './stored-token.js';

const TOKEN: StoredToken = {
  accessToken: 'a.b-c_d~e+f/g==',
  expiresAt: 2_000,
  refreshAt: 1_000,
  scopes: ['api://orders/Read'],
  tenantId: 't',
  userId: 'u',
  assertionId: 'a',
  correlationId: 'c',
};
const VALUES = JSON.parse(encodeStoredToken(TOKEN).toString()) as unknown[];
const decodeWith = (index: number, value: unknown) =>
  decodeStoredToken(Buffer.from(JSON.stringify(VALUES.toSpliced(index, 1, value))));

describe('a stored token', () => {
  it.each([TOKEN, { ...TOKEN, refreshAt: Infinity }, { ...TOKEN, userId: '', assertionId: '' }])(
    'comes back as it was: %j',
    (token) => {
      expect(decodeStoredToken(encodeStoredToken(token))).toEqual(token);
    },
  );

  it.each([
    ['a line break in the token', 0, 'a\r\nx: y'],
    ['an empty token', 0, ''],
    ['no token', 0, null],
    ['no time', 1, 'soon'],
    ['a time that is none', 2, 'soon'],
    ['scopes in one text', 3, 'a b'],
    ['a scope that is no text', 3, [1]],
    ['a scope that is two', 3, ['a b']],
    ['a scope with a control character', 3, ['a\u0000']],
    ['an empty scope', 3, ['']],
    ['no tenant', 4, null],
    ['no user', 5, 1],
    ['no assertion', 6, {}],
    ['no correlation id', 7, null],
  ])('is none with %s', (_what, index, value) => {
    expect(decodeWith(index, value)).toBeUndefined();
  });

  it.each(['', 'null', '{}', '[]', JSON.stringify([...VALUES, 1]), 'no json'])('is none: %s', (text) => {
    expect(decodeStoredToken(Buffer.from(text))).toBeUndefined();
  });
});
