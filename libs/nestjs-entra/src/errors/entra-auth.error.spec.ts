import { HttpException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { EntraAuthError, type EntraAuthErrorInit } from './entra-auth.error.js';

class SampleError extends EntraAuthError<'token_missing'> {
  constructor(init: Partial<EntraAuthErrorInit<'token_missing'>> = {}) {
    super({ code: 'token_missing', status: 401, publicMessage: 'public', ...init });
  }
}

describe('EntraAuthError', () => {
  it('is an HttpException, so that Nest answers with its status without the filter', () => {
    const error = new SampleError();
    expect(error).toBeInstanceOf(HttpException);
    expect(error.getStatus()).toBe(401);
  });

  it('carries the name of its class', () => {
    expect(new SampleError().name).toBe('SampleError');
  });

  it.each([
    [400, 'Bad Request'],
    [401, 'Unauthorized'],
    [403, 'Forbidden'],
    [500, 'Internal Server Error'],
    [502, 'Bad Gateway'],
    [503, 'Service Unavailable'],
  ])('answers %i with the reason phrase %s, as Nest does', (status, error) => {
    expect(new SampleError({ status }).getResponse()).toEqual({
      statusCode: status,
      error,
      message: 'public',
      code: 'token_missing',
    });
  });

  it('adds the extra members to the body', () => {
    expect(new SampleError({ body: { scopes: ['a'] } }).getResponse()).toMatchObject({ scopes: ['a'] });
  });

  it('keeps the reason for the log out of message, body, and every copy', () => {
    const error = new SampleError({ reason: 'for the log' });
    expect(error.reason).toBe('for the log');
    expect(error.message).toBe('public');
    expect(
      JSON.stringify([error, error.getResponse(), Object.assign({}, error), error.message]),
    ).not.toContain('for the log');
  });

  it('has as reason what it has as message, where no other is given', () => {
    expect(new SampleError().reason).toBe('public');
    const error = new SampleError({ message: 'for a developer' });
    expect([error.message, error.reason]).toEqual(['for a developer', 'for a developer']);
    expect(JSON.stringify(error.getResponse())).not.toContain('for a developer');
  });

  it('keeps its cause, and keeps it out of the body', () => {
    const cause = new Error('inner reason');
    const error = new SampleError({ cause });
    expect(error.cause).toBe(cause);
    expect(JSON.stringify(error.getResponse())).not.toContain('inner reason');
    expect(new SampleError().cause).toBeUndefined();
  });
});
