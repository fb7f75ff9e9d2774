import { describe, expect, it } from 'vitest';
import { Assertion } from '../caller/assertion.js';
import { CachedTokenFactory } from './cached-token.factory.js';
import type { TokenRequest } from './token-request.js';

const REQUEST: TokenRequest = {
  key: 'key',
  holder: 'holder',
  scopes: ['a'],
  names: new Set(['a']),
  tenantId: 'tenant',
  userId: 'ada',
  assertionId: 'assertion id',
  assertionExpiresAt: Infinity,
  assertion: new Assertion('token of ada'),
  exchange: () => Promise.reject(new Error('not asked for')),
};
const scopesOf = (factory: CachedTokenFactory, requested: string[], scopes: string[]) =>
  factory.create({ ...REQUEST, scopes: requested }, { accessToken: 't', expiresAt: 1, scopes }, 'c');

describe('CachedTokenFactory', () => {
  it('gives all users one copy of the same scopes', () => {
    const factory = new CachedTokenFactory(0);
    expect(scopesOf(factory, ['a'], ['b']).names).toBe(scopesOf(factory, ['a'], ['b']).names);
  });

  it('takes no list of scopes for another one that reads the same when it is joined', () => {
    const factory = new CachedTokenFactory(0);
    expect(scopesOf(factory, ['a'], ['b c']).scopes).toEqual(['b c']);
    expect(scopesOf(factory, ['a'], ['b', 'c']).scopes).toEqual(['b', 'c']);
    expect(scopesOf(factory, ['a|b'], ['c']).requested).toEqual(['a|b']);
    expect(scopesOf(factory, ['a'], ['b|c']).requested).toEqual(['a']);
  });
});
