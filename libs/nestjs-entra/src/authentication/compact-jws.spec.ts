import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { InvalidTokenError } from '../errors/token.errors.js';
import { MAX_TOKEN_LENGTH, parseCompactJws } from './compact-jws.js';

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const bytes = (...values: (string | number)[]) =>
  Buffer.concat(
    values.map((value) => (typeof value === 'string' ? Buffer.from(value) : Buffer.from([value]))),
  ).toString('base64url');

const HEADER = encoded({ alg: 'RS256' });
const PAYLOAD = encoded({ aud: 'api' });
const SIGNATURE = Buffer.alloc(256, 7).toString('base64url');

function refusal(token: string): InvalidTokenError {
  try {
    parseCompactJws(token);
  } catch (error) {
    return error as InvalidTokenError;
  }
  throw new Error('it was not refused');
}

describe('parseCompactJws', () => {
  it('takes a token apart', () => {
    expect(parseCompactJws(`${HEADER}.${PAYLOAD}.${SIGNATURE}`)).toEqual({
      header: { alg: 'RS256' },
      payload: { aud: 'api' },
    });
  });

  it('reads text beyond ASCII', () => {
    const payload = encoded({ name: 'Zoë €' });
    expect(parseCompactJws(`${HEADER}.${payload}.${SIGNATURE}`).payload).toEqual({ name: 'Zoë €' });
  });

  it('keeps a claim named __proto__ to itself', () => {
    const payload = bytes('{"__proto__":{"aud":"api"}}');
    expect(parseCompactJws(`${HEADER}.${payload}.${SIGNATURE}`).payload['aud']).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['one part', HEADER],
    ['two parts', `${HEADER}.${PAYLOAD}`],
    ['four parts', `${HEADER}.${PAYLOAD}.${SIGNATURE}.${SIGNATURE}`],
    ['an empty header', `.${PAYLOAD}.${SIGNATURE}`],
    ['an empty payload', `${HEADER}..${SIGNATURE}`],
    ['an empty signature', `${HEADER}.${PAYLOAD}.`],
  ])('refuses a token of %s', (_what, token) => {
    expect(refusal(token)).toMatchObject({ code: 'token_malformed' });
    expect(refusal(token).reason).toContain('it has ');
  });

  it('says for the log what is wrong with its parts, and its length', () => {
    expect(refusal(HEADER).reason).toBe(
      'The token is no signed JSON Web Token: it has 1 parts instead of 3, or an empty one',
    );
    expect(refusal('x'.repeat(20_000)).reason).toBe('The token has 20000 characters; 16384 are accepted');
  });

  it.each([bytes(0xff), bytes('canary')])('has no cause, for the parser quotes the text', (payload) => {
    expect(refusal(`${HEADER}.${payload}.${SIGNATURE}`).cause).toBeUndefined();
  });

  it('tells an encrypted token', () => {
    expect(refusal(`${HEADER}.a.b.c.d`).reason).toBe(
      'The token is no signed JSON Web Token: an encrypted token (JWE); it has 5 parts instead of 3, or an empty one',
    );
  });

  // Four bytes: six characters, the last of which has four unused bits.
  const odd = Buffer.alloc(4, 7).toString('base64url');

  it.each([
    ['unused bits set', `${odd.slice(0, -1)}x`],
    ['padding', `${odd}==`],
    ['standard base64', Buffer.alloc(6, 0xff).toString('base64')],
    ['a letter outside the alphabet', `${odd}*`],
    ['a space', ` ${odd}`],
    ['a line break', `${odd}\n`],
    ['one letter too many', `${odd.slice(0, 4)}A`],
    ['a zero-width space', `${odd}\u200b`],
  ])('refuses another spelling of the same bytes in any part: %s', (_what, part) => {
    expect(parseCompactJws(`${HEADER}.${PAYLOAD}.${odd}`).header).toEqual({ alg: 'RS256' });
    for (const token of [
      `${part}.${PAYLOAD}.${SIGNATURE}`,
      `${HEADER}.${part}.${SIGNATURE}`,
      `${HEADER}.${PAYLOAD}.${part}`,
    ]) {
      expect(refusal(token)).toMatchObject({
        code: 'token_malformed',
        reason: 'A part of the token is not canonical base64url',
      });
    }
  });

  it.each([
    ['no JSON', bytes('alg=RS256')],
    ['JSON cut short', bytes('{"a":1')],
    ['JSON with text behind it', bytes('{} {}')],
    ['a member named twice', bytes('{"a":1,"a":2}')],
    ['a byte-order mark', bytes(0xef, 0xbb, 0xbf, '{}')],
    ['bytes that are no UTF-8', bytes('{"a":"', 0xff, '"}')],
  ])('refuses %s as header or payload', (_what, part) => {
    expect(refusal(`${part}.${PAYLOAD}.${SIGNATURE}`)).toMatchObject({
      code: 'token_malformed',
      reason: 'The header of the token is no unambiguous JSON in UTF-8',
    });
    expect(refusal(`${HEADER}.${part}.${SIGNATURE}`).reason).toBe(
      'The payload of the token is no unambiguous JSON in UTF-8',
    );
  });

  it.each(['[]', 'null', '"text"', '7', 'true'])('refuses %s, which is no object', (json) => {
    expect(refusal(`${HEADER}.${bytes(json)}.${SIGNATURE}`).code).toBe('token_malformed');
    expect(refusal(`${bytes(json)}.${PAYLOAD}.${SIGNATURE}`).reason).toBe(
      'The header of the token is no JSON object',
    );
    expect(refusal(`${HEADER}.${bytes(json)}.${SIGNATURE}`).reason).toBe(
      'The payload of the token is no JSON object',
    );
  });

  it('accepts 16 kB and no more', () => {
    const tokenOf = (length: number) => {
      const rest = length - HEADER.length - SIGNATURE.length - 2;
      const payload = Buffer.from(`{"a":"${'x'.repeat(Math.floor((rest * 3) / 4) - 8)}"}`).toString(
        'base64url',
      );
      return `${HEADER}.${payload}.${SIGNATURE}`;
    };
    const fitting = tokenOf(MAX_TOKEN_LENGTH);
    expect(fitting.length).toBeGreaterThan(MAX_TOKEN_LENGTH - 4);
    expect(parseCompactJws(fitting).header).toEqual({ alg: 'RS256' });
    expect(refusal('x'.repeat(MAX_TOKEN_LENGTH + 1))).toMatchObject({ code: 'token_too_large' });
    expect(MAX_TOKEN_LENGTH).toBe(16_384);
  });

  it.each([
    ['text that is no JSON', `${bytes('canary')}.${PAYLOAD}.${SIGNATURE}`],
    ['broken UTF-8', `${HEADER}.${bytes('{"a":"canary', 0xff, '"}')}.${SIGNATURE}`],
    ['a part too many', `${HEADER}.${PAYLOAD}.${SIGNATURE}.canary`],
  ])('shows nothing of the token in what it throws: %s', (_what, token) => {
    expect(inspect(refusal(token), { depth: 9, showHidden: true })).not.toContain('canary');
  });
});
