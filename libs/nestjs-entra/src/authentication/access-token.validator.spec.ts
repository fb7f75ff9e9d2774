import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Assertion } from '../caller/assertion.js';
import type { CallerContext } from '../caller/caller-context.js';
import { RequestScope } from '../caller/request-scope.js';
import { IdentityPlatformUnavailableError } from '../errors/acquisition.errors.js';
import { resolveOptions } from '../options/resolve-options.js';
import { AccessTokenValidator } from './access-token.validator.js';
import { SigningKeys } from './signing-keys.js';
import { TenantMetadata } from './tenant-metadata.js';

const TENANT = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const OTHER_TENANT = 'a1b2c3d4-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const API = '2c9d8e71-5a34-4b0f-8a6d-90e1f2a3b4c5';
const USER = '0f1e2d3c-5a34-4b0f-8a6d-90e1f2a3b4c5';
const HOST = 'https://login.microsoftonline.com';
const NOW = 1_800_000_000;

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = publicKey.export({ format: 'jwk' });
const claims = {
  aud: API,
  iss: `${HOST}/${TENANT}/v2.0`,
  exp: NOW + 600,
  nbf: NOW - 100,
  ver: '2.0',
  tid: TENANT,
  oid: USER,
  sub: 'subject',
  azp: API,
  scp: 'access_as_user',
};
const tokenOf = (payload: object, header: object = {}): string => {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${encode({ alg: 'RS256', kid: 'a', ...header })}.${encode(payload)}`;
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
};

/** A validator whose identity platform publishes what the test says. */
function setUp({
  instance = HOST,
  clockSkewSeconds = 60,
  context,
}: { instance?: string; clockSkewSeconds?: number; context?: Pick<CallerContext, 'flow'> } = {}) {
  const published: { keys: object[]; issuer: string } = {
    keys: [{ ...jwk, kid: 'a' }],
    issuer: `${HOST}/{tenantid}/`,
  };
  const fetch = vi.fn<typeof globalThis.fetch>(async () => Response.json(published));
  const options = resolveOptions({
    instance,
    tenantId: TENANT,
    clientId: API,
    clockSkewSeconds,
    network: { fetch },
  });
  const keys = new SigningKeys(options);
  const validator = new AccessTokenValidator(
    options,
    keys,
    new TenantMetadata(options),
    context as CallerContext,
  );
  const scope = new RequestScope({});
  const asked = () => fetch.mock.calls.map(([url]) => url as string);
  return { validator, keys, scope, published, asked };
}

/** What is refused, with what. */
const refusal = (code: string, reason?: string) =>
  expect.objectContaining({
    code,
    ...(reason !== undefined && { reason }),
  }) as Error;

beforeEach(() => void vi.useFakeTimers({ now: NOW * 1000 }));
afterEach(() => void vi.useRealTimers());

describe('before the signature', () => {
  it('finds the key that the token names', async () => {
    const { validator, scope } = setUp();
    await validator.prepare(scope, new Assertion(tokenOf(claims)));
    expect(
      validator
        .keyFor(scope.request)
        .equals(createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }))),
    ).toBe(true);
  });

  it.each([
    ['token_malformed', 'opaque'],
    ['token_algorithm', tokenOf(claims, { alg: 'none' })],
    ['token_header', tokenOf(claims, { crit: [] })],
    ['token_audience', tokenOf({ ...claims, aud: 'https://graph.microsoft.com' }, { nonce: 'n' })],
  ])('refuses what needs no key, and asks for none: %s', async (code, token) => {
    const { validator, scope, asked } = setUp();
    await expect(validator.prepare(scope, new Assertion(token))).rejects.toThrow(refusal(code));
    expect(asked()).toEqual([]);
  });

  it('refuses a key that is not published, and names it for the log', async () => {
    const { validator, scope } = setUp();
    await expect(validator.prepare(scope, new Assertion(tokenOf(claims, { kid: 'b' })))).rejects.toThrow(
      refusal(
        'token_key',
        'The token is signed with key "b", which is published neither for this tenant nor for this application. It may be a token of another tenant or another cloud, of an application with a custom signing key (claims mapping), of another policy of Azure AD B2C, or one whose key was withdrawn since',
      ),
    );
    expect(() => validator.keyFor(scope.request)).toThrow(refusal('token_rejected'));
  });

  it('rejects a token that no key could make acceptable, also when its key cannot be looked up', async () => {
    const { validator, scope } = setUp();
    const prepare = (payload: object, kid: string) =>
      validator.prepare(scope, new Assertion(tokenOf(payload, { kid }).replace(/[^.]*$/, 'AAAA')));
    await expect(prepare(claims, 'first')).rejects.toThrow(refusal('token_key'));
    await expect(prepare(claims, 'second')).rejects.toThrow(IdentityPlatformUnavailableError);
    await expect(prepare({ ...claims, iss: 'https://evil.example' }, 'third')).rejects.toThrow(
      refusal('token_issuer'),
    );
  });

  it('rejects a token that names a published key in x5t and another in kid', async () => {
    const { validator, scope, asked } = setUp();
    await validator.prepare(scope, new Assertion(tokenOf(claims)));
    const token = tokenOf(claims, { kid: 'b', x5t: 'a' });
    await expect(validator.prepare(scope, new Assertion(token))).rejects.toThrow(
      refusal('token_key', 'The token names two keys: kid is "b", x5t another'),
    );
    expect(asked()).toHaveLength(1);
  });

  it.each<[issuer: string | undefined, payload: object, isBound: boolean]>([
    [undefined, claims, false],
    [`${HOST}/{tenantid}/v2.0`, claims, false],
    [`${HOST}/${TENANT}/v2.0`, claims, false],
    [`${HOST}/${TENANT}/v2.0`, { ...claims, ver: '1.0' }, false],
    [`${HOST}/${OTHER_TENANT}/v2.0`, claims, true],
    [`${HOST}/${OTHER_TENANT}/v2.0`, { ...claims, tid: undefined }, true],
    [`${HOST}/${OTHER_TENANT}/v2.0`, { ...claims, tid: [OTHER_TENANT] }, true],
    [`${HOST}//v2.0`, { ...claims, tid: ['x'] }, false],
    ['https://login.example/{tenantid}/v2.0', claims, true],
  ])('a key of issuer %s signs for it alone (%j)', async (issuer, payload, isBound) => {
    const { validator, scope, published } = setUp();
    published.keys = [{ ...jwk, kid: 'a', issuer }];
    const prepared = validator.prepare(scope, new Assertion(tokenOf(payload)));
    if (!isBound) return expect(prepared).resolves.toBeUndefined();
    return expect(prepared).rejects.toThrow(
      refusal('token_issuer', `The token is signed with a key of issuer "${issuer}"`),
    );
  });

  it('fetches what a token of its version needs to be judged', async () => {
    const { validator, scope, asked } = setUp({ instance: 'https://localhost:8443' });
    await validator.prepare(scope, new Assertion(tokenOf(claims)));
    expect(asked().filter((url) => url.endsWith('configuration'))).toEqual([]);
    await validator.prepare(scope, new Assertion(tokenOf({ ...claims, ver: '1.0' })));
    expect(asked().filter((url) => url.endsWith('configuration'))).toHaveLength(1);
  });

  it('cannot decide without keys', async () => {
    const { validator, scope, published } = setUp();
    published.keys = [];
    await expect(validator.prepare(scope, new Assertion(tokenOf(claims)))).rejects.toThrow(
      IdentityPlatformUnavailableError,
    );
  });
});

describe('behind the signature', () => {
  it('makes the caller known, and remembers the token', async () => {
    const { validator, scope } = setUp();
    const assertion = new Assertion(tokenOf(claims));
    expect(validator.recall(assertion)).toBeUndefined();
    await validator.prepare(scope, assertion);
    expect(validator.recall(assertion)).toBeUndefined();
    validator.accept(scope.request, claims);
    expect(scope.caller).toMatchObject({ user: { oid: USER, tid: TENANT }, assertion });
    const again = new Assertion(assertion.reveal());
    const known = validator.recall(again);
    expect(known?.user).toBe(scope.caller?.user);
    expect(known?.assertion).toBe(again);
  });

  it('tells the flow of each token that was accepted, and its key once it was used', async () => {
    const step = vi.fn();
    const { validator, scope } = setUp({ context: { flow: { step } } });
    const assertion = new Assertion(tokenOf(claims));
    await validator.prepare(scope, assertion);
    expect(step).not.toHaveBeenCalled();
    validator.accept(scope.request, claims);
    const user = scope.caller?.user;
    expect(step.mock.lastCall).toEqual([{ kind: 'token_accepted', user, keyId: 'a' }]);
    validator.recall(assertion);
    expect(step.mock.calls.slice(1)).toEqual([[{ kind: 'token_accepted', user }]]);
    // A context whose flow nobody follows is the rule.
    const unseen = setUp({ context: { flow: undefined } });
    await unseen.validator.prepare(unseen.scope, assertion);
    unseen.validator.accept(unseen.scope.request, claims);
    expect(unseen.validator.recall(assertion)?.user).toEqual(user);
  });

  it('refuses claims that the rules refuse, and remembers nothing', async () => {
    const { validator, scope } = setUp();
    const payload = { ...claims, aud: 'another' };
    const assertion = new Assertion(tokenOf(payload));
    await validator.prepare(scope, assertion);
    expect(() => validator.accept(scope.request, payload)).toThrow(refusal('token_audience'));
    expect(scope.caller).toBeUndefined();
    expect(validator.recall(assertion)).toBeUndefined();
  });

  it('knows only requests that were prepared', () => {
    const { validator } = setUp();
    for (const call of [() => validator.keyFor({}), () => validator.accept({}, claims)]) {
      expect(call).toThrow(refusal('token_rejected', 'The request was not prepared by JwtAuthGuard'));
    }
  });

  it('forgets a request that is decided', async () => {
    const { validator, scope } = setUp();
    await validator.prepare(scope, new Assertion(tokenOf(claims)));
    expect(validator.keyFor(scope.request).type).toBe('public');
    validator.release(scope.request);
    expect(() => validator.keyFor(scope.request)).toThrow(
      refusal('token_rejected', 'The request was not prepared by JwtAuthGuard'),
    );
  });

  it.each<[nbf: number | undefined, exp: number, at: number, isKnown: boolean]>([
    [NOW - 100, NOW + 600, NOW + 659, true],
    [NOW - 100, NOW + 600, NOW + 660, false],
    [NOW, NOW + 600, NOW - 60, true],
    [NOW, NOW + 600, NOW - 61, false],
    [undefined, NOW + 600, NOW - 1_000_000, true],
    [undefined, NOW + 600, 0, true],
  ])('a token from %s to %i is known at %i: %s', async (nbf, exp, at, isKnown) => {
    const { validator, scope } = setUp();
    const payload = { ...claims, nbf, exp };
    const assertion = new Assertion(tokenOf(payload));
    await validator.prepare(scope, assertion);
    validator.accept(scope.request, payload);
    vi.setSystemTime(at * 1000);
    expect(validator.recall(assertion) !== undefined).toBe(isKnown);
  });

  it('forgets with the key, and renews keys that have grown old while it remembers', async () => {
    const { validator, scope, keys, published, asked } = setUp();
    const payload = { ...claims, exp: NOW + 86_400 };
    const assertion = new Assertion(tokenOf(payload));
    await validator.prepare(scope, assertion);
    validator.accept(scope.request, payload);
    published.keys = [{ ...jwk, kid: 'b' }];
    vi.advanceTimersByTime(3_601_000);
    expect(validator.recall(assertion)).toBeDefined();
    await keys.refresh();
    expect(asked()).toHaveLength(2);
    expect(validator.recall(assertion)).toBeUndefined();
  });

  it('reads the clocks three times for a token that is known: its times, and the age of the keys on both', async () => {
    const { validator, scope } = setUp();
    const assertion = new Assertion(tokenOf(claims));
    await validator.prepare(scope, assertion);
    validator.accept(scope.request, claims);
    const clocks = [vi.spyOn(Date, 'now'), vi.spyOn(performance, 'now')];
    expect(validator.recall(assertion)).toBeDefined();
    expect(clocks.map((clock) => clock.mock.calls.length)).toEqual([2, 1]);
  });

  it('counts a long token as long', async () => {
    const { validator, scope } = setUp();
    const first = new Assertion(tokenOf(claims));
    await validator.prepare(scope, first);
    validator.accept(scope.request, claims);
    // The bound holds about eight thousand tokens of 16 kB, and ten times as many short ones.
    for (let index = 0; index < 10_000; index++) {
      const token = { id: `long-${index}`, reveal: () => 'x'.repeat(16_000) } as Assertion;
      vi.spyOn(validator as unknown as { inHand: () => object }, 'inHand').mockReturnValue({
        candidacy: scope,
        assertion: token,
        key: { kid: 'a' },
      });
      validator.accept(scope.request, claims);
    }
    expect(validator.recall(first)).toBeUndefined();
  });
});
