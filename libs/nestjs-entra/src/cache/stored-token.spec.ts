import { describe, expect, it } from 'vitest';
import { decodeStoredToken, encodeStoredToken, type StoredToken } from './stored-token.js';

const TOKEN: StoredToken = {
  accessToken: 'a.b-c_d~e+f/g==',
  acquiredAt: 500,
  expiresAt: 2_000,
  refreshAt: 1_000,
  scopes: ['api://orders/Read'],
  tenantId: 't',
  userId: 'u',
  assertionId: 'a',
  correlationId: '0f8fad5b-d9cb-469f-a165-70867728950e',
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
    ['no beginning', 1, 'soon'],
    ['no beginning at all', 1, null],
    ['no time', 2, 'soon'],
    ['a negative time', 2, -1],
    ['a time beyond all dates', 2, 1e300],
    ['an end more than two days after its beginning', 2, 500 + 48 * 3_600_000 + 1],
    ['a time that is none', 3, 'soon'],
    ['scopes in one text', 4, 'a b'],
    ['a scope that is no text', 4, [1]],
    ['a scope that is two', 4, ['a b']],
    ['a scope with a control character', 4, ['a\u0000']],
    ['a scope with a character outside scope-token', 4, ['a"b']],
    ['a scope that is not ASCII', 4, ['\u202ea']],
    ['a scope of 1025 characters', 4, ['a'.repeat(1_025)]],
    ['an empty scope', 4, ['']],
    ['no tenant', 5, null],
    ['no user', 6, 1],
    ['no assertion', 7, {}],
    ['no correlation id', 8, null],
    ['an empty correlation id', 8, ''],
    ['a correlation id that is not a GUID', 8, 'see https://evil.example'],
    ['a correlation id with a line break', 8, '0f8fad5b-d9cb-469f-a165-70867728950e\n'],
  ])('is none with %s', (_what, index, value) => {
    expect(decodeWith(index, value)).toBeUndefined();
  });

  it.each(['', 'null', '{}', '[]', JSON.stringify([...VALUES, 1]), 'no json'])('is none: %s', (text) => {
    expect(decodeStoredToken(Buffer.from(text))).toBeUndefined();
  });
});
