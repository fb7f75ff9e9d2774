import { describe, expect, it } from 'vitest';
import { readManagedIdentityToken } from './managed-identity-token.js';

const NOW = Date.UTC(2026, 5, 1);
const IN_AN_HOUR = NOW / 1000 + 3600;

describe('readManagedIdentityToken', () => {
  it.each([
    ['expires_on as a number', { expires_on: IN_AN_HOUR }],
    ['expires_on as a string', { expires_on: String(IN_AN_HOUR) }],
    ['expires_on as a date', { expires_on: new Date(IN_AN_HOUR * 1000).toISOString() }],
    ['expires_in only', { expires_in: '3600' }],
  ])('reads a token with %s', (_what, times) => {
    expect(readManagedIdentityToken({ access_token: 'a.b-c_d', client_id: 'me', ...times }, NOW)).toEqual({
      accessToken: 'a.b-c_d',
      expiresAt: IN_AN_HOUR * 1000,
      clientId: 'me',
    });
  });

  it.each([
    undefined,
    null,
    [],
    'token',
    {},
    { access_token: 'a' },
    { access_token: '', expires_in: 60 },
    { access_token: 'a b', expires_in: 60 },
    { access_token: 'a\r\nb', expires_in: 60 },
    { access_token: 7, expires_in: 60 },
    { access_token: 'a', expires_in: 0 },
    { access_token: 'a', expires_in: -1 },
    { access_token: 'a', expires_on: 'soon' },
    { access_token: 'a', expires_on: NOW / 1000 },
    { access_token: 'a', expires_on: 1e300 },
    { access_token: 'a', expires_in: 8 * 86_400 },
  ])('reads no token from %j', (json) => {
    expect(readManagedIdentityToken(json, NOW)).toBeUndefined();
  });
});
