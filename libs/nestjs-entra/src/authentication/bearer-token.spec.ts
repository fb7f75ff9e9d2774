import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { MalformedAuthorizationError, MissingTokenError } from '../errors/token.errors.js';
import { bearerToken, type RequestWithHeaders } from './bearer-token.js';

const requestOf = (authorization: string | string[] | undefined, more: object = {}): RequestWithHeaders => ({
  headers: { authorization },
  ...more,
});

describe('bearerToken', () => {
  it.each([
    ['Bearer abc.def.ghi', 'abc.def.ghi'],
    ['bearer abc', 'abc'],
    ['BEARER abc', 'abc'],
    ['Bearer   abc', 'abc'],
    ['Bearer aA0-._~+/==', 'aA0-._~+/=='],
  ])('reads %j', (header, token) => {
    expect(bearerToken(requestOf(header))).toBe(token);
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'bearer   ',
    'Basic dXNlcjpwYXNz',
    'JWT abc',
    'Bear abc',
    'XBearer abc',
  ])('finds no token in %j', (header) => {
    expect(() => bearerToken(requestOf(header))).toThrow(MissingTokenError);
  });

  it.each([
    'Bearer abc def',
    'Bearer abc, Bearer def',
    'Bearer Bearer abc',
    'Bearer abc bearer',
    'Bearer abc,',
    'Bearer: abc',
    'Bearer=abc',
    'Bearerabc',
    'Bearer\tabc',
    'Bearer\u00a0abc',
    'Bearer token="abc"',
    'Bearer abc=def',
    'Bearer ====',
    'Bearer abc\r\nX: y',
    'Bearer abc\n',
    'Bearer abc\u0000',
    'Bearer abc\u0085',
    'Bearer {}',
    'Bearer é',
  ])('refuses %j, which is no single well-formed token', (header) => {
    expect(() => bearerToken(requestOf(header))).toThrow(MalformedAuthorizationError);
    expect(() => bearerToken(requestOf(header))).toThrow(
      expect.objectContaining({
        reason: expect.stringContaining('holds no single well-formed bearer token') as string,
      }) as Error,
    );
  });

  const twice = ['Host', 'api', 'Authorization', 'Bearer abc', 'AUTHORIZATION', 'Bearer def'];

  it.each<[string, RequestWithHeaders]>([
    ['in the list of Node', requestOf('Bearer abc', { rawHeaders: twice })],
    [
      "in the list of Node's request under Fastify's",
      requestOf('Bearer abc', { raw: { rawHeaders: twice } }),
    ],
    ['as several values', requestOf(['Bearer abc', 'Bearer def'])],
    [
      'of another scheme',
      requestOf('Basic abc', { rawHeaders: ['authorization', 'Basic abc', 'Authorization', 'Bearer def'] }),
    ],
  ])('refuses two Authorization headers: %s', (_where, request) => {
    expect(() => bearerToken(request)).toThrow(MalformedAuthorizationError);
    expect(() => bearerToken(request)).toThrow(
      expect.objectContaining({ reason: 'The request has more than one Authorization header' }) as Error,
    );
  });

  it('looks at names, not at values, when it counts headers', () => {
    const rawHeaders = [
      'Authorization',
      'Bearer abc',
      'X-Header',
      'Authorization',
      'If-None-Match',
      '"as many letters"',
      'Proxy-Authorization',
      'Bearer def',
    ];
    expect(bearerToken(requestOf('Bearer abc', { rawHeaders }))).toBe('abc');
  });

  const FORM = 'application/x-www-form-urlencoded';

  it.each<[string, object]>([
    ['the query', { url: '/?access_token=abc', query: { access_token: 'abc' } }],
    ['the query, empty', { url: '/?access_token', query: { access_token: '' } }],
    ['a form', { headers: { 'content-type': FORM }, body: { access_token: 'abc' } }],
    [
      'a form that names its character set',
      { headers: { 'content-type': `${FORM.toUpperCase()}; charset=utf-8` }, body: { access_token: 'abc' } },
    ],
  ])('refuses a second token in %s', (_where, more) => {
    const { headers, ...others } = { headers: {}, ...more };
    const request = { headers: { authorization: 'Bearer abc', ...headers }, ...others };
    expect(() => bearerToken(request)).toThrow(MalformedAuthorizationError);
    expect(() => bearerToken(request)).toThrow(
      expect.objectContaining({
        reason: 'The request has a token in its query or body beside the header',
      }) as Error,
    );
  });

  it.each<[string, object]>([
    ['another query', { url: '/?page=2', query: { page: '2' } }],
    ['a query that is not parsed', { url: '/?page=2', query: undefined }],
    ['a query that is null', { url: '/?page=2', query: null }],
    [
      'a type that speaks of a form',
      { headers: { 'content-type': `text/plain; of=${FORM}` }, body: { access_token: 'abc' } },
    ],
    ['a form without a token', { headers: { 'content-type': FORM }, body: { name: 'x' } }],
    ['a form without a body', { headers: { 'content-type': FORM }, body: undefined }],
    [
      'JSON with a member of that name',
      { headers: { 'content-type': 'application/json' }, body: { access_token: 'abc' } },
    ],
    ['a body without a type', { body: { access_token: 'abc' } }],
  ])('is not troubled by %s', (_what, more) => {
    const { headers, ...others } = { headers: {}, ...more };
    expect(bearerToken({ headers: { authorization: 'Bearer abc', ...headers }, ...others })).toBe('abc');
  });

  it('asks for no query where there is none, for frameworks parse it when it is asked for', () => {
    const query = vi.fn();
    bearerToken({
      headers: { authorization: 'Bearer abc' },
      url: '/',
      get query() {
        return query() as unknown;
      },
    });
    expect(query).not.toHaveBeenCalled();
  });

  it('reads no other place', () => {
    const request = {
      headers: { cookie: 'access_token=abc' },
      query: { access_token: 'abc' },
      body: { access_token: 'abc' },
    };
    expect(() => bearerToken(request)).toThrow(MissingTokenError);
  });

  it('is quick with a hostile header', () => {
    const start = performance.now();
    for (const header of [
      `Bearer${' '.repeat(16_000)}`,
      `Bearer ${'a'.repeat(16_000)}!`,
      `Bearer ${'='.repeat(16_000)}!`,
    ]) {
      expect(() => bearerToken(requestOf(header))).toThrow();
    }
    expect(performance.now() - start).toBeLessThan(500);
  });

  it('shows nothing of the header in what it throws', () => {
    try {
      bearerToken(requestOf('Bearer canary canary'));
    } catch (error) {
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('canary');
    }
    expect.assertions(1);
  });
});
