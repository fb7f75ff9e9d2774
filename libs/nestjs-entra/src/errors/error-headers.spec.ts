import { describe, expect, it } from 'vitest';
import { ClientCredentialError, IdentityPlatformUnavailableError } from './acquisition.errors.js';
import { errorHeaders, exposing } from './error-headers.js';
import { MissingTokenError } from './token.errors.js';

const parameters = { clientId: 'client', authorizationUri: 'https://login.example' };

describe('errorHeaders', () => {
  it('is the challenge of an error that has one', () => {
    expect(errorHeaders(new MissingTokenError(), parameters)).toEqual([
      ['WWW-Authenticate', 'Bearer realm="client", authorization_uri="https://login.example"'],
    ]);
  });

  it('is when to come back, of an error that says so', () => {
    const error = new IdentityPlatformUnavailableError('r', { retryAfterSeconds: 17 });
    expect(errorHeaders(error, parameters)).toEqual([['Retry-After', '17']]);
  });

  it('is nothing of an error that asks for nothing', () => {
    expect(errorHeaders(new ClientCredentialError('r'), parameters)).toEqual([]);
  });
});

describe('exposing', () => {
  it.each<[unknown, string]>([
    [undefined, 'WWW-Authenticate'],
    ['', 'WWW-Authenticate'],
    ['X-Total', 'X-Total, WWW-Authenticate'],
    ['X-Total,ETag', 'X-Total, ETag, WWW-Authenticate'],
    [['X-Total', 'ETag'], 'X-Total, ETag, WWW-Authenticate'],
    ['www-authenticate', 'www-authenticate'],
    ['X-WWW-Authenticate', 'X-WWW-Authenticate, WWW-Authenticate'],
    ['*', '*, WWW-Authenticate'],
    [7, 'WWW-Authenticate'],
  ])('joins what is exposed: %j', (before, expected) => {
    expect(exposing(['WWW-Authenticate'], before)).toBe(expected);
  });
});
