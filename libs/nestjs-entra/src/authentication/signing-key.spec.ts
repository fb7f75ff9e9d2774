import { generateKeyPairSync, KeyObject, type JsonWebKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readKeySet } from './signing-key.js';

const publicJwk = (modulusLength: number): JsonWebKey =>
  generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' });
const strong = publicJwk(2048);
const second = publicJwk(2048);
const weak = publicJwk(1024);
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
const privateJwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });

const kids = (...keys: unknown[]) => [...(readKeySet({ keys })?.keys() ?? [])];

describe('readKeySet', () => {
  it('reads the keys of Entra, which name their use, and no algorithm', () => {
    const set = readKeySet({
      keys: [
        { ...strong, kid: 'a', use: 'sig', x5t: 'a', x5c: ['MII'] },
        { ...second, kid: 'b' },
      ],
    });
    expect([...(set?.keys() ?? [])]).toEqual(['a', 'b']);
    expect(set?.get('a')).toEqual({ kid: 'a', key: expect.any(KeyObject) as KeyObject, issuer: undefined });
    expect(set?.get('a')?.key.export({ format: 'jwk' })).toEqual(strong);
  });

  it('keeps the issuer that a key is bound to', () => {
    const issuer = 'https://login.microsoftonline.com/{tenantid}/v2.0';
    expect(readKeySet({ keys: [{ ...strong, kid: 'a', issuer }] })?.get('a')?.issuer).toBe(issuer);
    expect(
      readKeySet({ keys: [{ ...strong, kid: 'a', issuer: [issuer] }] })?.get('a')?.issuer,
    ).toBeUndefined();
  });

  it.each<[string, Record<string, unknown>]>([
    ['its algorithm', { alg: 'RS256' }],
    ['its use', { use: 'sig' }],
  ])('accepts a key that names %s', (_what, more) => {
    expect(kids({ ...strong, kid: 'a', ...more })).toEqual(['a']);
  });

  it.each<[string, unknown]>([
    ['of 1024 bits', { ...weak, kid: 'x' }],
    ['for encryption', { ...strong, kid: 'x', use: 'enc' }],
    ['for another algorithm', { ...strong, kid: 'x', alg: 'RS512' }],
    ['for PSS', { ...strong, kid: 'x', alg: 'PS256' }],
    ['on a curve', { ...elliptic, kid: 'x' }],
    ['that is symmetric', { kty: 'oct', k: 'AAAA', kid: 'x' }],
    ['that says RSA and is on a curve', { ...elliptic, kty: 'RSA', kid: 'x' }],
    ['without kid', { ...strong }],
    ['with an empty kid', { ...strong, kid: '' }],
    ['with a kid that is no text', { ...strong, kid: 7 }],
    ['without modulus', { ...strong, kid: 'x', n: undefined }],
    ['without exponent', { ...strong, kid: 'x', e: undefined }],
    ['with an empty modulus', { ...strong, kid: 'x', n: '' }],
    ['with a modulus that is no text', { ...strong, kid: 'x', n: [strong.n] }],
    ['that is null', null],
    ['that is missing', undefined],
    ['that says nothing of RSA, and has its members', { ...strong, kty: undefined, kid: 'x' }],
    ['with an exponent that is no text', { ...strong, kid: 'x', e: [strong.e] }],
    ['that is text', 'key'],
  ])('leaves out a key %s, and keeps the others', (_what, key) => {
    expect(kids(key, { ...second, kid: 'good' })).toEqual(['good']);
  });

  it('keeps the first of two keys under one name, so that which one signed is not guessed', () => {
    const set = readKeySet({
      keys: [
        { ...strong, kid: 'a' },
        { ...second, kid: 'a' },
      ],
    });
    expect(set?.size).toBe(1);
    expect(set?.get('a')?.key.export({ format: 'jwk' })).toEqual(strong);
  });

  it('does not let a key that is left out take a name', () => {
    const set = readKeySet({
      keys: [
        { ...weak, kid: 'a' },
        { ...strong, kid: 'a' },
      ],
    });
    expect(set?.get('a')?.key.export({ format: 'jwk' })).toEqual(strong);
  });

  it('takes the public part alone', () => {
    expect(readKeySet({ keys: [{ ...privateJwk, kid: 'a' }] })?.get('a')?.key.type).toBe('public');
  });

  it.each([undefined, null, 'text', 7, [], {}, { keys: {} }, { keys: 'a' }, { keys: null }])(
    'finds no key set in %j',
    (json) => {
      expect(readKeySet(json)).toBeUndefined();
    },
  );

  it('reads an empty key set', () => {
    expect(readKeySet({ keys: [] })?.size).toBe(0);
  });
});
