import { generateKeyPairSync } from 'node:crypto';
import { sign, type Algorithm } from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { decodeToken, isSignedWith, signToken, type DecodedToken } from './json-web-token.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

function decoded(token: string): DecodedToken {
  const result = decodeToken(token);
  if (result === undefined) {
    throw new Error('The token must decode.');
  }
  return result;
}

describe('decodeToken', () => {
  const object = Buffer.from('{}').toString('base64url');

  it.each([
    '',
    'abc',
    `${object}.${object}`,
    `${object}.${object}.a.b`,
    `!.${object}.a`,
    `${object}.W10.a`,
    `bnVsbA.${object}.a`,
    `YQ.${object}.a`,
  ])('%j is no token', (token) => {
    expect(decodeToken(token)).toBeUndefined();
  });

  it('keeps the members in order', () => {
    const token = decoded(signToken({ typ: 'JWT', alg: 'RS256' }, { b: 1, a: 2 }, rsa.privateKey));
    expect(Object.keys(token.header)).toEqual(['typ', 'alg']);
    expect(Object.keys(token.payload)).toEqual(['b', 'a']);
  });
});

describe('isSignedWith', () => {
  it.each<Algorithm>(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'])('verifies %s', (algorithm) => {
    const token = decoded(sign({ a: 1 }, rsa.privateKey, { algorithm }));
    expect(isSignedWith(token, algorithm, rsa.publicKey)).toBe(true);
    expect(isSignedWith({ ...token, signingInput: 'x' }, algorithm, rsa.publicKey)).toBe(false);
  });

  it('verifies ES256', () => {
    const token = decoded(sign({ a: 1 }, ec.privateKey, { algorithm: 'ES256' }));
    expect(isSignedWith(token, 'ES256', ec.publicKey)).toBe(true);
  });

  it('takes no other algorithm, and no key of another kind', () => {
    const token = decoded(sign({ a: 1 }, rsa.privateKey, { algorithm: 'RS256' }));
    for (const algorithm of ['none', 'HS256', 'ES256', 'PS256', undefined, 256]) {
      expect(isSignedWith(token, algorithm, rsa.publicKey)).toBe(false);
    }
    expect(isSignedWith(token, 'RS256', ec.publicKey)).toBe(false);
  });

  it('does not verify a token whose shown header was not signed', () => {
    const token = decoded(
      signToken({ alg: 'RS256', nonce: 'a' }, {}, rsa.privateKey, { alg: 'RS256', nonce: 'b' }),
    );
    expect(isSignedWith(token, 'RS256', rsa.publicKey)).toBe(false);
  });
});
