import { HttpException } from '@nestjs/common';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { DownstreamHttpError } from './downstream-http.error.js';
import { EntraAuthError } from './entra-auth.error.js';
import { foreignCause } from './foreign-cause.js';

const answered = () =>
  new DownstreamHttpError({
    api: 'orders',
    method: 'GET',
    status: 404,
    headers: new Headers({ 'x-echo': 'canary' }),
    body: { title: 'canary' },
  });

describe('DownstreamHttpError', () => {
  it('names the code of a network failure in its reason, and nothing else of the cause', () => {
    const cause = foreignCause(
      new TypeError('fetch failed', {
        cause: Object.assign(new Error('canary'), { code: 'CERT_HAS_EXPIRED' }),
      }),
    );
    const { reason } = new DownstreamHttpError({
      api: 'orders',
      method: 'GET',
      what: 'could not be reached',
      cause,
    });
    expect(reason).toBe('The downstream API orders could not be reached (CERT_HAS_EXPIRED) (GET)');
  });

  it('has the status, headers and body of the answer, and gives 502 to the caller', () => {
    const error = answered();
    expect(error).toBeInstanceOf(EntraAuthError);
    expect(error).toBeInstanceOf(HttpException);
    expect(error.name).toBe('DownstreamHttpError');
    expect([error.status, error.headers.get('x-echo'), error.body]).toEqual([
      404,
      'canary',
      { title: 'canary' },
    ]);
    expect([error.getStatus(), error.code, error.message, error.reason]).toEqual([
      502,
      'downstream_http',
      'An API that this request needs did not answer as expected',
      'The downstream API orders answered with status 404 (GET)',
    ]);
    expect(error.getResponse()).toEqual({
      statusCode: 502,
      error: 'Bad Gateway',
      message: 'An API that this request needs did not answer as expected',
      code: 'downstream_http',
    });
  });

  it('gives 504 when no answer came in time', () => {
    const error = new DownstreamHttpError({ api: 'orders', method: 'PUT', what: 'is slow', isTimeout: true });
    expect([error.getStatus(), error.status, error.body, [...error.headers]]).toEqual([
      504,
      undefined,
      undefined,
      [],
    ]);
    expect(error.reason).toBe('The downstream API orders is slow (PUT)');
    expect(error.getResponse()).toMatchObject({ statusCode: 504, error: 'Gateway Timeout' });
  });

  it('shows nothing of the answer in a log, for it may repeat the token', () => {
    const error = answered();
    const shown = [inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error), error.stack].join(
      '\n',
    );
    expect(shown).not.toContain('canary');
  });
});
