import { constants, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { InvalidTokenError, MissingTokenError } from '../errors/token.errors.js';
import { bearerToken, type RequestWithHeaders } from './bearer-token.js';
import { EntraJwtStrategy, type Verify } from './entra-jwt.strategy.js';
import { runStrategy } from './run-strategy.js';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const claims = { sub: 'subject' };
const inputOf = (payload: object, alg = 'RS256') =>
  [{ alg }, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
const tokenOf = (payload: object = claims): string => {
  const input = inputOf(payload);
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
};

function setUp() {
  const keyFor = vi.fn(() => publicKey);
  const accept = vi.fn((): void => undefined);
  const verify = vi.fn<Verify>((_request, accepted, done) => done(null, { user: accepted['sub'] }));
  const strategy = new EntraJwtStrategy(
    { tokenOf: (request) => bearerToken(request as RequestWithHeaders), keyFor, accept },
    verify,
  );
  const run = (token: string) => {
    const request = { headers: { authorization: `Bearer ${token}` } };
    return { request, outcome: runStrategy(strategy, request) };
  };
  return { strategy, run, keyFor, accept, verify };
}

describe('EntraJwtStrategy', () => {
  it('checks the signature, then the claims, then asks who it is', async () => {
    const { run, keyFor, accept, verify } = setUp();
    const { request, outcome } = run(tokenOf());
    expect(await outcome).toEqual({ user: 'subject' });
    expect(keyFor.mock.calls).toEqual([[request]]);
    expect(accept.mock.calls).toEqual([[request, claims]]);
    expect(verify.mock.calls).toEqual([[request, claims, expect.any(Function)]]);
    expect(accept.mock.invocationCallOrder[0]).toBeLessThan(verify.mock.invocationCallOrder[0] ?? 0);
  });

  it('asks nobody when the signature does not hold', async () => {
    const { run, accept, verify } = setUp();
    const [header, , signature] = tokenOf().split('.');
    const forged = `${header}.${inputOf({ sub: 'another' }).split('.')[1]}.${signature}`;
    await expect(run(forged).outcome).rejects.toMatchObject({ code: 'token_signature' });
    expect(accept).not.toHaveBeenCalled();
    expect(verify).not.toHaveBeenCalled();
  });

  it('asks nobody when the claims are refused, or the key cannot be had', async () => {
    const { run, keyFor, accept, verify } = setUp();
    const refused = new InvalidTokenError('token_audience');
    accept.mockImplementationOnce(() => {
      throw refused;
    });
    await expect(run(tokenOf()).outcome).rejects.toBe(refused);
    keyFor.mockImplementationOnce(() => {
      throw refused;
    });
    await expect(run(tokenOf()).outcome).rejects.toBe(refused);
    expect(verify).not.toHaveBeenCalled();
  });

  it('leaves the times to the rules, which know the clock skew', async () => {
    const { run } = setUp();
    const now = Math.floor(Date.now() / 1000);
    for (const times of [{ exp: now - 1_000 }, { nbf: now + 1_000 }, { exp: 'x', nbf: 'x' }])
      expect(await run(tokenOf({ ...claims, ...times })).outcome).toEqual({ user: 'subject' });
  });

  it.each<[alg: string, sign: (input: string) => Buffer]>([
    ['RS384', (input) => sign('sha384', Buffer.from(input), privateKey)],
    ['RS512', (input) => sign('sha512', Buffer.from(input), privateKey)],
    [
      'PS256',
      (input) =>
        sign('sha256', Buffer.from(input), { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING }),
    ],
    [
      'HS256',
      (input) =>
        createHmac('sha256', publicKey.export({ type: 'spki', format: 'pem' }))
          .update(input)
          .digest(),
    ],
    ['none', () => Buffer.from('none')],
  ])('verifies RS256 alone, and not %s', async (alg, signer) => {
    const { run, accept } = setUp();
    const input = inputOf(claims, alg);
    const token = `${input}.${signer(input).toString('base64url')}`;
    await expect(run(token).outcome).rejects.toThrow(InvalidTokenError);
    expect(accept).not.toHaveBeenCalled();
  });

  it('reads the Authorization header alone', async () => {
    const { strategy } = setUp();
    const request = { headers: {}, query: { access_token: tokenOf() }, url: '/?access_token' };
    await expect(runStrategy(strategy, request)).rejects.toThrow(MissingTokenError);
  });
});
