import { describe, expect, it } from 'vitest';
import { checkHeader } from './header-rules.js';

const good = { alg: 'RS256', typ: 'JWT', kid: 'key-1' };

describe('checkHeader', () => {
  it.each([
    ['as Entra writes it', {}],
    ['of a v1.0 token', { x5t: 'key-1' }],
    ['without typ', { typ: undefined }],
    ['with typ in other letters', { typ: 'jwt' }],
    ['with typ of RFC 9068', { typ: 'at+jwt' }],
    ['with typ of RFC 9068 in full', { typ: 'application/at+JWT' }],
    ['with a kid of 256 letters', { kid: 'k'.repeat(256) }],
  ])('gives the kid of a header %s', (_what, more) => {
    const header = { ...good, ...more };
    expect(checkHeader(header)).toBe(header.kid);
  });

  it.each([
    'none',
    'None',
    'HS256',
    'RS384',
    'RS512',
    'PS256',
    'ES256',
    'rs256',
    '',
    undefined,
    null,
    ['RS256'],
    { a: 1 },
  ])('refuses alg %j: the algorithm is ours to choose', (alg) => {
    expect(() => checkHeader({ ...good, alg })).toThrow(
      expect.objectContaining({ code: 'token_algorithm' }) as Error,
    );
  });

  it.each(['id+jwt', 'dpop+jwt', 'logout+jwt', 'JOSE', '', null, 7, ['JWT']])('refuses typ %j', (typ) => {
    expect(() => checkHeader({ ...good, typ })).toThrow(
      expect.objectContaining({ code: 'token_type' }) as Error,
    );
  });

  it.each(['crit', 'jwk', 'jku', 'x5u', 'b64', 'zip', 'enc', 'cty'])('refuses a header with %s', (name) => {
    for (const value of ['JWT', [], {}, false]) {
      expect(() => checkHeader({ ...good, [name]: value })).toThrow(
        expect.objectContaining({ code: 'token_header' }) as Error,
      );
    }
  });

  it.each([
    undefined,
    null,
    '',
    7,
    true,
    ['key-1'],
    { kid: 'key-1' },
    'a b',
    'a\nb',
    'a\u0000',
    'ké',
    'k'.repeat(257),
  ])('refuses kid %j', (kid) => {
    expect(() => checkHeader({ ...good, kid })).toThrow(
      expect.objectContaining({ code: 'token_key' }) as Error,
    );
  });

  it.each([
    [{ typ: 'id+jwt' }, 'The token says typ "id+jwt"; JWT and at+jwt are accepted'],
    [{ jku: 'https://a' }, 'The header of the token has jku, which is not accepted'],
    [{ cty: 'JWT' }, 'The token wraps another one (cty), which is not accepted'],
    [{ kid: undefined }, 'The token names no usable key: kid is missing'],
  ])('says for the log what it met: %j', (more, reason) => {
    expect(() => checkHeader({ ...good, ...more })).toThrow(expect.objectContaining({ reason }) as Error);
  });

  it('quotes what came in a form that a log can hold', () => {
    expect(() => checkHeader({ ...good, alg: 'a\r\nb' })).toThrow(
      expect.objectContaining({ reason: 'The token says alg "a\\r\\nb"; RS256 is accepted' }) as Error,
    );
  });
});
