import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { challengedClaims, claimsOfBody, isAnsweredByBody } from './claims-challenge.js';

const CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}';
const BASE64 = Buffer.from(CLAIMS).toString('base64');
const ASKING = `Bearer error="insufficient_claims", claims="${BASE64}"`;

describe('challengedClaims', () => {
  it.each([
    [
      'as Microsoft writes it',
      `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="${BASE64}"`,
    ],
    ['without padding', ASKING.replace(/=*"$/, '"')],
    [
      'in base64url',
      `bearer claims="${Buffer.from(CLAIMS).toString('base64url')}", error=insufficient_claims`,
    ],
    ['with spaces about', `  ,Bearer  error = "insufficient_claims" ,, claims\t=\t"${BASE64}" ,`],
    ['after another scheme', `Basic realm="a, Bearer error=\\"x\\"", ${ASKING}`],
    ['before another scheme', `${ASKING}, Negotiate YWJj==`],
    ['after a scheme alone', `Negotiate, ${ASKING}`],
    ['after another Bearer', `Bearer error="invalid_token", ${ASKING}`],
    ['with the quotes escaped', `Bearer error="insufficient\\_claims", claims="${BASE64}"`],
    ['the first of two', `${ASKING}, claims="e30="`],
  ])('are read %s', (_what, header) => {
    expect(challengedClaims(header)).toBe(CLAIMS);
  });

  it.each<[string, string | null]>([
    ['no header', null],
    ['nothing', ''],
    ['another error', `Bearer error="invalid_token", claims="${BASE64}"`],
    ['no error', `Bearer claims="${BASE64}"`],
    ['no claims', 'Bearer error="insufficient_claims"'],
    ['another scheme', ASKING.replace('Bearer', 'PoP')],
    ['two that ask', `${ASKING}, ${ASKING}`],
    ['an open quote', ASKING.slice(0, -1)],
    ['text in quotes', `Basic realm="${ASKING.replaceAll('"', '\\"')}"`],
    ['no scheme', `error="insufficient_claims", claims="${BASE64}"`],
    ['bare JSON', `Bearer error="insufficient_claims", claims="${CLAIMS.replaceAll('"', '\\"')}"`],
    ['no JSON', `Bearer error="insufficient_claims", claims="${Buffer.from('x').toString('base64')}"`],
    ['no object', `Bearer error="insufficient_claims", claims="${Buffer.from('[1]').toString('base64')}"`],
    ['JSON null', `Bearer error="insufficient_claims", claims="${Buffer.from('null').toString('base64')}"`],
    ...['{"access_token":null}', '{"access_token":"x"}', '{"access_token":{},"id_token":[]}'].map(
      (claims): [string, string] => [
        claims,
        `Bearer error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`,
      ],
    ),
    [
      'too long claims',
      `Bearer error="insufficient_claims", claims="${Buffer.from(JSON.stringify({ a: 'x'.repeat(8_192) })).toString('base64')}"`,
    ],
    ['too long a header', `${ASKING}, x="${'x'.repeat(16_384)}"`],
  ])('are not read from %s', (_what, header) => {
    expect(challengedClaims(header)).toBeUndefined();
  });

  const name = fc.string({ unit: 'binary', maxLength: 20 });
  const member = fc.dictionary(name, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 });
  const claimsRequests = fc.dictionary(name, member, { maxKeys: 3 });

  it('come back byte for byte', () => {
    fc.assert(
      fc.property(claimsRequests, (value) => {
        const json = JSON.stringify(value);
        fc.pre(Buffer.from(json).toString() === json);
        const header = `Bearer error="insufficient_claims", claims="${Buffer.from(json).toString('base64')}"`;
        expect(challengedClaims(header)).toBe(json);
      }),
    );
  });

  it('takes no long time over any header', () => {
    const parts = ['a ', 'a=', '"', '\\"', ',', '=', 'a="', 'Bearer ', 'a'.repeat(20), '\t', 'a=b,'];
    const started = performance.now();
    for (const left of parts) {
      for (const right of parts) challengedClaims((left + right).repeat(16_384).slice(0, 16_384));
    }
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('Claims in the body', () => {
  it.each<[boolean, string | null]>([
    [true, 'Bearer realm="x", error="insufficient_claims"'],
    [true, 'Basic realm="x", Bearer error="insufficient_claims"'],
    [false, null],
    [false, ''],
    [false, ASKING],
    [false, 'Bearer error="insufficient_claims", claims="?"'],
    [false, 'Bearer error="invalid_token"'],
    [false, 'Bearer error="insufficient_scope"'],
    [false, 'PoP error="insufficient_claims"'],
    [false, 'Bearer error="insufficient_claims", Bearer error="insufficient_claims"'],
  ])('are looked for: %s, after %s', (isLookedFor, header) => {
    expect(isAnsweredByBody(header)).toBe(isLookedFor);
  });

  const body = { statusCode: 401, code: 'claims_challenge', claims: CLAIMS };
  const text = JSON.stringify(body);

  it.each<[string, unknown]>([
    ['text', text],
    ['bytes', Buffer.from(text)],
    ['a parsed value', body],
  ])('are read from %s', (_what, given) => {
    expect(claimsOfBody(given)).toBe(CLAIMS);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', 'null'],
    ['no JSON', 'x'],
    ['a list', JSON.stringify([body])],
    ['another code', { ...body, code: 'consent_required' }],
    ['no code', { claims: CLAIMS }],
    ['base64', { ...body, claims: BASE64 }],
    ['an object', { ...body, claims: JSON.parse(CLAIMS) as object }],
    ['JSON that is no claims request', { ...body, claims: '{"access_token":"x"}' }],
    ['claims that are too long', { ...body, claims: JSON.stringify({ a: { b: 'x'.repeat(8_192) } }) }],
    ['text that is too long', JSON.stringify({ ...body, message: 'x'.repeat(16_384) })],
    ['members of the prototype', Object.create(body)],
    ['a stream', new ReadableStream()],
  ])('are not read from %s', (_what, given) => {
    expect(claimsOfBody(given)).toBeUndefined();
  });
});
