import { describe, expect, it } from 'vitest';
import { describePlatformError, readOAuthError } from './oauth-error.js';

const read = (json: unknown, status = 400) => readOAuthError({ status, headers: {}, json });
const CLAIMS =
  '{"access_token":{"capolids":{"essential":true,"values":["7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f"]}}}';

const entra = {
  error: 'invalid_grant',
  error_description:
    'AADSTS50076: Due to a configuration change, ada@contoso.com must use multi-factor authentication.',
  error_codes: [50076],
  timestamp: '2026-03-07 21:02:35Z',
  trace_id: '11111111-1111-1111-1111-111111111111',
  correlation_id: '22222222-2222-2222-2222-222222222222',
  error_uri: 'https://login.microsoftonline.com/error?code=50076',
  suberror: 'basic_action',
  claims: CLAIMS,
};

describe('readOAuthError', () => {
  it('takes codes, ids, time and claims out of an answer of Entra, and none of its text', () => {
    expect(read(entra)).toEqual({
      error: 'invalid_grant',
      claims: CLAIMS,
      details: {
        status: 400,
        error: 'invalid_grant',
        suberror: 'basic_action',
        aadsts: 50076,
        traceId: '11111111-1111-1111-1111-111111111111',
        correlationId: '22222222-2222-2222-2222-222222222222',
        timestamp: '2026-03-07 21:02:35Z',
      },
    });
  });

  it.each([undefined, null, 'text', 7, [], [entra], {}, { error: '' }, { error: 7 }, { error: 'a\r\nb' }])(
    'finds no error in %j',
    (json) => {
      expect(read(json)).toBeUndefined();
    },
  );

  it.each([
    ['a line break', 'basic\naction'],
    ['a quotation mark', 'basic"action'],
    ['a letter beyond ASCII', 'básico'],
    ['too many letters', 'a'.repeat(101)],
    ['no text', ['basic_action']],
  ])('leaves out a value with %s, for it goes into logs', (_what, suberror) => {
    expect(read({ ...entra, suberror })?.details.suberror).toBeUndefined();
  });

  it.each<[string, Record<string, unknown>, number | undefined]>([
    ['from error_codes', { error_codes: [65001], error_description: 'AADSTS50076: x' }, 65001],
    ['from the first of two', { error_codes: [70002, 50012] }, 70002],
    [
      'from the text where error_codes is missing',
      { error_codes: undefined, error_description: 'AADSTS7000215: x' },
      7000215,
    ],
    [
      'from nowhere but the beginning of the text',
      { error_codes: [], error_description: 'see AADSTS7000215' },
      undefined,
    ],
    ['not from text in error_codes', { error_codes: ['65001'], error_description: '' }, undefined],
  ])('takes the AADSTS number %s', (_where, more, aadsts) => {
    expect(read({ ...entra, ...more })?.details.aadsts).toBe(aadsts);
  });

  it('keeps claims letter by letter, in their own order and spacing', () => {
    const claims = '{ "b": 1,\n "a":"ü" }';
    expect(read({ ...entra, claims })?.claims).toBe(claims);
  });

  it('keeps claims of 16384 letters and no more', () => {
    const claimsOf = (length: number) => JSON.stringify({ a: 'x'.repeat(length - 8) });
    expect(read({ ...entra, claims: claimsOf(16_384) })?.claims).toHaveLength(16_384);
    expect(read({ ...entra, claims: claimsOf(16_385) })?.claims).toBeUndefined();
  });

  it('counts the bytes of claims, not their letters', () => {
    const claims = JSON.stringify({ a: '€'.repeat(5_500) });
    expect(claims.length).toBeLessThan(16_384);
    expect(read({ ...entra, claims })?.claims).toBeUndefined();
  });

  it('keeps when to come back', () => {
    const answer = { status: 400, headers: { 'retry-after': '17' }, json: entra };
    expect(readOAuthError(answer)?.retryAfterSeconds).toBe(17);
    expect(read(entra)?.retryAfterSeconds).toBeUndefined();
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['no JSON', 'capolids'],
    ['no JSON object', '"text"'],
    ['null', 'null'],
    ['a list', '[]'],
    ['an object instead of text', { access_token: {} }],
  ])('has no claims when they are %s', (_what, claims) => {
    expect(read({ ...entra, claims })?.claims).toBeUndefined();
  });
});

describe('describePlatformError', () => {
  it('is one line of codes and ids', () => {
    expect(describePlatformError(read(entra)?.details ?? {})).toBe(
      'AADSTS50076, invalid_grant, basic_action, trace id 11111111-1111-1111-1111-111111111111, correlation id 22222222-2222-2222-2222-222222222222, at 2026-03-07 21:02:35Z',
    );
  });

  it('leaves out what is not known', () => {
    expect(describePlatformError({ error: 'invalid_client' })).toBe('invalid_client');
  });
});
