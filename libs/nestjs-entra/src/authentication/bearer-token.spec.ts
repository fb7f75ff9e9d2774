import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
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
    expect(() => bearerToken(requestOf(header))).toThrow('holds no single well-formed bearer token');
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
    expect(() => bearerToken(request)).toThrow('The request has more than one Authorization header');
  });

  it('looks at names, not at values, when it counts headers', () => {
    const rawHeaders = [
      'Authorization',
      'Bearer abc',
      'X-Header',
      'Authorization',
      'Proxy-Authorization',
      'Bearer def',
    ];
    expect(bearerToken(requestOf('Bearer abc', { rawHeaders }))).toBe('abc');
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
