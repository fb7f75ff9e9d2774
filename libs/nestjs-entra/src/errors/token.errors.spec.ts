import { describe, expect, it } from 'vitest';
import { EntraAuthError } from './entra-auth.error.js';
import { TOKEN_ERROR_TEXT, type TokenErrorCode } from './error-codes.js';
import { InvalidTokenError, MalformedAuthorizationError, MissingTokenError } from './token.errors.js';

describe('MissingTokenError', () => {
  const error = new MissingTokenError();

  it('is a 401 whose challenge names no error', () => {
    expect(error).toBeInstanceOf(EntraAuthError);
    expect(error.name).toBe('MissingTokenError');
    expect(error.challenge).toEqual({});
    expect(error.getResponse()).toEqual({
      statusCode: 401,
      error: 'Unauthorized',
      message: 'An access token is required',
      code: 'token_missing',
    });
  });
});

describe('MalformedAuthorizationError', () => {
  const error = new MalformedAuthorizationError('two headers');

  it('is a 400 invalid_request with fixed text', () => {
    expect(error.name).toBe('MalformedAuthorizationError');
    expect(error.reason).toBe('two headers');
    expect(error.challenge).toEqual({
      error: 'invalid_request',
      errorDescription: 'The Authorization header is malformed',
    });
    expect(error.getResponse()).toEqual({
      statusCode: 400,
      error: 'Bad Request',
      message: 'The Authorization header is malformed',
      code: 'authorization_malformed',
    });
  });
});

describe('InvalidTokenError', () => {
  it.each(Object.entries(TOKEN_ERROR_TEXT))(
    'with code %s is a 401 invalid_token with fixed text',
    (code, text) => {
      const error = new InvalidTokenError(code as TokenErrorCode, 'aud is "someone-else"');
      expect(error.code).toBe(code);
      expect(error.challenge).toEqual({ error: 'invalid_token', errorDescription: text });
      expect(error.getResponse()).toEqual({ statusCode: 401, error: 'Unauthorized', message: text, code });
      expect([error.message, error.reason]).toEqual([text, 'aud is "someone-else"']);
    },
  );

  it('has its fixed text as reason where none is given', () => {
    expect(new InvalidTokenError('token_expired').reason).toBe('The access token has expired');
  });

  it('keeps its cause and the name of its class', () => {
    const cause = new Error('jsonwebtoken');
    const error = new InvalidTokenError('token_signature', undefined, { cause });
    expect(error.cause).toBe(cause);
    expect(error.name).toBe('InvalidTokenError');
  });

  it.each(Object.values(TOKEN_ERROR_TEXT))('says nothing that could not stand in a header: %s', (text) => {
    expect(text).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
  });
});
